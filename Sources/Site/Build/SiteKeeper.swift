public import Bundling
import Content
import Core
import FoundationEssentials
import Publishing
import Rendering
import SiteModel
import System

/// Keeps the published site of one node in step with the database.
///
/// ```
/// snapshot ─▶ what changed ─▶ look, site, plan ─▶ pages ─▶ release ─▶ acknowledged
/// ```
///
/// Every build follows this one path. The first compares every row; later ones compare only the
/// rows that the database reports as changed, because the keeper still knows the rest.
public actor SiteKeeper {
    /// The most changes read at once; the next build reads the rest.
    private static let pendingLimit = 50_000
    /// How often a build restarts because another builder published in the meantime.
    private static let attempts = 3

    public nonisolated var node: String { options.node }
    nonisolated let options: BuildOptions
    let parts: SiteBuilder
    private let queue: BlockingQueue
    /// The connection of the running build; between builds it is the one with the claims.
    private(set) var store: ContentStore
    private(set) var folder: SiteFolder
    /// Where the next inspections of the folder continue.
    var samples = (start: InspectionSample.start, idle: InspectionSample.idle)
    var lastIdleLook: Int?
    /// The templates that the next build captures.
    private var library: TemplateLibrary
    /// Whether they are other ones than those of the last build.
    private var areOtherTemplates = false
    /// What the last build captured.
    private var input: BuildInput?
    private(set) var known: KnownSite?
    var pool: RenderPool?
    var poolSetup: SHA256Digest?
    /// Changes that a build has handled without acknowledging them, because something failed.
    var tried: Set<UUID> = []
    /// The report of the last refused build, with the state of folder and database at that time:
    /// until a row changes, or another builder publishes, the next build would be refused, too.
    private var refusal: (report: BuildReport, live: Int?, folders: [NodeFolder])?
    private var isBuilding = false
    /// The number of running inspections of the folder between builds.
    private var looks = 0
    /// Page id → digest of the contents of its rows, when the site was released from memory.
    var digestsAtRest: [UUID: Int64] = [:]
    /// The release and its marker when the site was released from memory; nil after a failed build.
    var atRest: (release: Int, marker: SHA256Digest?)?
    let history: DeployHistory
    /// Proves that only this builder may publish the node's site.
    var generation: Int?
    /// The folder that was the node's home before the last claim, when it was another one.
    var formerHome: String?

    init(_ options: BuildOptions, parts: SiteBuilder) throws {
        self.options = options
        self.parts = parts
        queue = BlockingQueue(on: parts.resources.blocking)
        library = parts.library
        store = parts.resources.claims
        folder = try SiteFolder(output: options.output, node: options.node)
        history = DeployHistory(
            node: options.node, folder: folder, announcements: parts.resources.announcements,
            isKept: !options.includesDrafts)
        parts.resources.addKeeper()
    }

    deinit { parts.resources.removeKeeper() }

    /// The ledger and the files of the site block.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe queue.asUnownedSerialExecutor()
    }

    /// Sets other templates; the next build compares everything. A running build continues with the
    /// templates that it began with.
    public func use(_ library: TemplateLibrary) {
        self.library = library
        areOtherTemplates = true
    }

    /// Captures what a build is made from beside rows: once for each reading of the templates, so
    /// that files that are edited meanwhile count when the templates are read again.
    private func captureInput() -> BuildInput {
        if areOtherTemplates {
            areOtherTemplates = false
            input = nil
            known = nil
            atRest = nil
            // The templates may have another engine, and new workers know no site yet.
            pool = nil
            poolSetup = nil
            refusal = nil
        }
        if let input, input.isWhole { return input }
        let captured = BuildInput(options, library: library, bundler: parts.bundler)
        input = captured
        return captured
    }

    /// Discards the known site; the next build compares everything.
    func forgetSite() { (known, refusal, atRest) = (nil, nil, nil) }

    /// Reopens the folder that its path now leads to.
    func reopenFolder() async throws {
        folder = try SiteFolder(output: options.output, node: options.node)
        await history.use(folder)
        forgetSite()
    }

    /// The number of the served release; nil before the first.
    public var liveRelease: Int? { get throws { try folder.currentRelease()?.number } }

    /// When time alone changes the site next, in milliseconds of the monotonic clock.
    ///
    /// The database's clock decides, and may differ from this machine's clock: only durations are
    /// the same for both. Nothing is due while the site is held.
    public private(set) var nextDue: Int?

    /// Brings the published site up to date.
    ///
    /// - Returns: the report; `report.outcome` is `refused` when the content has errors.
    /// - Throws: when the call or the environment is at fault. The published site is unchanged.
    @discardableResult
    public func build(
        _ reach: BuildReach, progress: @Sendable (BuildProgress) -> Void = { _ in }
    ) async throws -> BuildReport {
        // Also what the build calls beside the keeper, such as the publisher.
        try await withTaskExecutorPreference(parts.resources.blocking) {
            try await takeTurn(reach, progress: progress)
        }
    }

    private func takeTurn(
        _ reach: BuildReach, progress: @Sendable (BuildProgress) -> Void
    ) async throws -> BuildReport {
        let turn = try await parts.resources.turns.take(isUrgent: reach != .reconciliation)
        (store, isBuilding) = (turn, true)
        let report: Result<BuildReport, any Error>
        do {
            report = .success(try await buildInTurn(reach, progress: progress))
        } catch {
            report = .failure(error)
        }
        (store, isBuilding) = (claims, false)
        await parts.resources.turns.give(turn)
        for keeper in parts.resources.memory.note(self, bytes: known?.bytes ?? 0) {
            await keeper.rest()
        }
        return try report.get()
    }

    /// Whether the site is not in memory.
    var isResting: Bool { known == nil }

    /// Releases the known site, its open files and its workers' data from memory, unless a build or
    /// an inspection of the folder is running. The next build reads the site again.
    func rest() {
        guard !isBuilding, looks == 0 else { return }
        if let known {
            digestsAtRest = known.digests
            // After an error everything is read again, so that the error is reported again.
            let isSound =
                known.provenance.sources != nil && known.failures.isEmpty
                && known.look.isSound
            atRest = isSound ? (known.release, known.provenance.marker) : nil
        }
        known = nil
        input = nil
        pool = nil
        poolSetup = nil
        folder.rest()
    }

    /// Keeps the folder's files open during an inspection.
    func looking<Value: Sendable>(
        _ look: @Sendable () async throws -> Value
    ) async rethrows -> Value {
        looks += 1
        defer { looks -= 1 }
        return try await look()
    }

    private func buildInTurn(
        _ reach: BuildReach, progress: @Sendable (BuildProgress) -> Void
    ) async throws -> BuildReport {
        var facts = BuildFacts(reach: reach)
        facts.isForced = options.isForced
        facts.includesDrafts = options.includesDrafts
        facts.isCrowded = parts.resources.isCrowded
        var run = BuildRun(captureInput(), facts: facts)
        if case .inspectFolder(let inspection) = facts.next {
            run.report.repairs = try await inspectFolder(inspection)
        }
        let hold = try folder.hold()
        run.facts.folder = .init(
            isHeld: hold != nil, hadFaults: !run.report.repairs.isEmpty,
            hasRelease: try folder.currentRelease() != nil)
        if run.facts.next == .end(.held), let hold {
            nextDue = nil
            run.report.outcome = .held(release: hold.release)
            run.report.pending = try await pendingCount()
            try describeLive(in: &run.report)
            return run.report
        }
        let started = monotonicMilliseconds()
        for attempt in 1... {
            // Cleared while building, so that a failed build leaves no stale state.
            let last = known
            known = nil
            do {
                let live = try liveRelease
                let site = try await build(after: last, &run, progress: progress)
                await store.close()
                switch run.report.outcome {
                case .refused: refusal = (run.report, live, run.folders)
                case .held: break
                case .published, .unchanged: (known, refusal) = (site, nil)
                }
                break
            } catch is StaleBuild where attempt < Self.attempts {
                await store.close()
                run = run.restarted()
            } catch let error where attempt < Self.attempts && folder.isDamage(error) {
                await store.close()
                run = run.restarted()
                let repairs = try await verifyFolder()
                run.report.repairs += repairs
                // Once more, the same would happen.
                if repairs.isEmpty { throw error }
            } catch {
                await store.close()
                await history.failed(Diagnostic(reporting: error), run.report.trigger, on: store)
                throw error
            }
        }
        let due =
            known.map { [$0.nextDue, $0.content.nextPublication].compactMap(\.self).min() }
            ?? run.nextDue
        nextDue = due.map { $0 - run.now + run.monotonicNow }
        // What was published is told and has its row, whatever becomes of the edits.
        do {
            try describeLive(in: &run.report)
            try await acknowledge(&run)
        } catch {
            run.report.unacknowledged = Diagnostic(reporting: error)
        }
        await history.ended(
            run.report, components: known?.content.components.values.count(where: \.isPlaced) ?? 0,
            milliseconds: monotonicMilliseconds() - started, on: store)
        return run.report
    }

    /// The steps, in order, within one snapshot.
    ///
    /// - Parameter last: what the last build knew.
    /// - Returns: what this one knows.
    private func build(
        after last: KnownSite?, _ run: inout BuildRun,
        progress: @Sendable (BuildProgress) -> Void
    ) async throws -> KnownSite? {
        progress(.reading)
        run.facts.knowsSite = last != nil
        run.facts.folder?.hadFaults = !run.report.repairs.isEmpty
        run.facts.folder?.hasRelease = try folder.currentRelease() != nil
        async let warm: Void = warmUp(
            run.facts.next == .openSnapshot(startsWorkers: true), run.input)
        let waiting = try await openSnapshot(after: last, &run)
        var found: (site: KnownSite, work: BuildWork)?
        while true {
            switch run.facts.next {
            case .compareAtRest(let comparesRows):
                run.facts.isUnchangedAtRest = try await isUnchangedAtRest(
                    comparesRows: comparesRows, &run)
            case .readChanges(let rows, let comparesAll):
                atRest = nil
                guard let last else { return nil }
                found = try await readChanges(rows, comparesAll: comparesAll, of: last, &run)
                    .map { (last, $0) }
            case .readEverything:
                atRest = nil
                found = try await readEverything(after: last, &run, progress: progress)
            case .end(.refusedAsBefore):
                let repairs = run.report.repairs
                if let refusal { run.report = refusal.report }
                run.report.repairs = repairs
                return nil
            case .end(.nothingToPublish):
                guard let site = found?.site else { return nil }
                run.note(site)
                // A page that has no place adds no work, and is no less wrong for that.
                let isRefused = !run.options.keepsGoing && !run.report.errors.isEmpty
                run.report.outcome = isRefused ? .refused : .unchanged(release: site.release)
                return finish(site, &run)
            case .publish:
                guard let (site, work) = found else { return nil }
                try await release(work, of: site, &run, progress: progress)
                return finish(site, &run)
            case .inspectFolder, .openSnapshot, .plan, .end(.held), .end(.unchanged):
                return nil
            }
            guard let (site, work) = found else { continue }
            try await warm
            site.seen = waiting
            run.facts.work = .init(
                isEmpty: work.isEmpty,
                isLive: try (folder.currentRelease()?.number ?? 0) == site.release,
                hasSettledFailures: site.hasSettledFailures)
        }
    }

    /// Opens the snapshot, and notes what it has for the build.
    ///
    /// - Returns: its instant, and the rows that wait for a manual build.
    private func openSnapshot(
        after last: KnownSite?, _ run: inout BuildRun
    ) async throws -> (instant: Instant, waiting: WaitingRows) {
        await history.complete(for: run.reach, on: store)
        // With drafts, the builder of the published site may have acknowledged an edit already.
        let seen = run.options.includesDrafts ? last?.seen : nil
        let (instant, pending, folders) = try await store.open(
            pendingChangesOf: node, limit: Self.pendingLimit, after: seen?.instant)
        run.isSinceLastBuild = seen != nil
        run.begin(at: instant, pending: pending, folders: folders, tried: tried)
        try await settle(&run)
        if let last {
            run.marker = VersionMarker.find(
                last.provenance.marker, in: folders, of: run.database)
        }
        // Which pages and frame rows no longer wait is found when they are read; nothing reports
        // that of other rows.
        let besides: Set<ContentTable> = [.pages, .frame]
        let live = try liveRelease
        run.facts.snapshot = .init(
            changes: run.changes.map(\.subject),
            isComplete: pending.isComplete
                && seen.map { $0.waiting.without(besides) == pending.waiting.without(besides) }
                    ?? true,
            provesVersions: run.marker != nil,
            refusalStands: refusal.map { live == $0.live && folders == $0.folders } ?? false)
        return (instant, pending.waiting)
    }

    /// Adds warnings and excerpts to the report.
    private func finish(_ site: KnownSite, _ run: inout BuildRun) -> KnownSite {
        noteWarnings(of: site, &run)
        SourceExcerpts(content: site.content, library: run.input.library).add(
            to: &run.report.diagnostics)
        return site
    }
}

extension SiteKeeper {
    /// Brings the tree that the next release is made in up to date, so that it costs only its own
    /// changes, and gives memory back.
    func tidyUp() throws {
        guard try folder.hold() == nil else { return }
        try folder.prepareSpareTree()
        releaseFreeMemory()
    }

    /// Says which release visitors see, also when this build has not made it.
    private func describeLive(in report: inout BuildReport) throws {
        guard let live = try folder.currentRelease() else { return }
        (report.pages, report.files, report.bytes) = (live.pages, live.files, live.bytes)
        report.buildHash = live.buildHash.description
        report.liveSince = live.createdAt
    }

    private func pendingCount() async throws -> Int {
        let (_, pending, _) = try await store.open(
            pendingChangesOf: node, limit: Self.pendingLimit)
        await store.close()
        return pending.changes.count
    }
}
