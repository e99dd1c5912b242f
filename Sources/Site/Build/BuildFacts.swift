import Content

/// What a build has found out so far, as far as it decides what the build does next.
///
/// A build begins with the request alone, and adds each finding when it is made. `next` is the only
/// place that decides, for a first build, a change under a watch and a reconciliation alike.
struct BuildFacts: Hashable {
    let reach: BuildReach
    /// Whether every page is planned again, whatever its versions say.
    var isForced = false
    var includesDrafts = false
    /// Whether the site is in memory, as the last build left it.
    var knowsSite = false
    /// Whether there are so many nodes that a site is not read into memory before it has changes.
    var isCrowded = false
    var folder: Folder?
    var snapshot: Snapshot?
    /// Whether the rows and the release were found unchanged, without the site in memory; nil before
    /// they were compared.
    var isUnchangedAtRest: Bool?
    /// Findings of reading only the changed rows.
    var changes = ChangeFindings()
    var rows: ReadRows?
    var work: Work?

    /// The state of the output folder.
    struct Folder: Hashable {
        /// Whether a rollback is to stay.
        var isHeld = false
        /// Whether something was damaged.
        var hadFaults = false
        /// Whether a release is served.
        var hasRelease = true
    }

    /// The state of the database.
    struct Snapshot: Hashable {
        /// What was edited, as far as this build handles it.
        var changes: [ChangeSubject] = []
        /// Whether all changes were read, and none happened that no change tells of.
        var isComplete = true
        /// Whether a marker proves that versions of rows, as known, belong to this database.
        var provesVersions = true
        /// Whether the last build was refused, and folder and database are as they were then.
        var refusalStands = false
    }

    struct ChangeFindings: Hashable {
        /// Whether rows that pages share differ although no change names them.
        var sharedRowsDiffer = false
        /// The number of pages to read again.
        var pages = 0
        /// Whether other apps than before have pages.
        var hasOtherApps = false

        /// With more changed pages than this, comparing all rows costs less.
        static let pageLimit = 256

        var needEverything: Bool {
            sharedRowsDiffer || hasOtherApps || pages > Self.pageLimit
        }
    }

    /// The rows that were read.
    enum ReadRows: Hashable {
        /// - isSamePlan: whether all that pages share is unchanged.
        /// - isDue: whether time has changed a page.
        case changed(isSamePlan: Bool, isDue: Bool)
        /// - isSame: whether the newest release was made from exactly these rows.
        case everything(isSame: Bool)
    }

    /// The work that planning found.
    struct Work: Hashable {
        var isEmpty: Bool
        /// Whether the served release is the newest one.
        var isLive = true
        /// Whether the ledger still lists failures of pages that no longer fail.
        var hasSettledFailures = false
    }
}

/// A step of a build.
enum BuildStep: Hashable {
    case inspectFolder(Inspection)
    /// - startsWorkers: whether render workers are started meanwhile, because pages will probably be
    ///   rendered.
    case openSnapshot(startsWorkers: Bool)
    /// Compares with the ledger alone, without the site in memory.
    ///
    /// - comparesRows: whether all rows are compared, because no change tells of some edits.
    case compareAtRest(comparesRows: Bool)
    /// - comparesAll: whether rows that differ without a change are searched for.
    case readChanges(ChangedRows, comparesAll: Bool)
    case readEverything
    case plan(Scope)
    case publish
    case end(End)

    enum Inspection: Hashable { case nothing, sample, everything }

    /// The pages for which reasons to be planned again are sought.
    enum Scope: Hashable {
        /// Those whose rows were read again.
        case readPages
        /// - trustsVersions: whether a page with the recorded version is unchanged.
        case everyPage(trustsVersions: Bool)
    }

    enum End: Hashable {
        /// The held release stays, and edits stay pending.
        case held
        /// The report of the last refused build still applies.
        case refusedAsBefore
        /// The release matches the rows; the site was not read into memory.
        case unchanged
        /// Planning found nothing to publish.
        case nothingToPublish
    }
}

extension BuildFacts {
    /// The next step.
    var next: BuildStep {
        guard let folder else { return .inspectFolder(inspection) }
        if folder.isHeld { return .end(.held) }
        guard let snapshot else {
            return .openSnapshot(
                startsWorkers: !knowsSite && (reach == .reconciliation || !folder.hasRelease))
        }
        if let work {
            return work.isEmpty && work.isLive && !work.hasSettledFailures
                ? .end(.nothingToPublish) : .publish
        }
        switch rows {
        case .changed(let isSamePlan, let isDue):
            return .plan(isSamePlan && !isDue ? .readPages : .everyPage(trustsVersions: true))
        case .everything(let isSame):
            let trustsVersions = snapshot.provesVersions && !isForced
            // A watcher needs the site in memory, so that its next build costs only what changed.
            if reach == .everything, trustsVersions, isSame { return .end(.unchanged) }
            return .plan(.everyPage(trustsVersions: trustsVersions))
        case nil:
            return reading(folder, snapshot)
        }
    }

    private var inspection: BuildStep.Inspection {
        if isForced { return .everything }
        return reach == .changes ? .nothing : .sample
    }

    private func reading(_ folder: Folder, _ snapshot: Snapshot) -> BuildStep {
        // With drafts, another builder may have acknowledged the edit that corrects what was
        // refused.
        if reach == .changes, snapshot.changes.isEmpty, !includesDrafts, snapshot.refusalStands {
            return .end(.refusedAsBefore)
        }
        let mayRest =
            !knowsSite && isCrowded && !isForced && reach != .everything
            && snapshot.changes.isEmpty && !folder.hadFaults
        if mayRest {
            switch isUnchangedAtRest {
            case nil: return .compareAtRest(comparesRows: reach == .reconciliation)
            case true?: return .end(.unchanged)
            case false?: break
            }
        }
        if reach != .everything, knowsSite, snapshot.isComplete, snapshot.provesVersions,
            !changes.needEverything, let rows = ChangedRows(snapshot.changes)
        {
            return .readChanges(rows, comparesAll: reach == .reconciliation)
        }
        return .readEverything
    }
}
