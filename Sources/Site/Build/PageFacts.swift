import Rendering

/// What decides whether a page is planned again.
struct PageFacts: Hashable {
    /// What the page's last rendering, or its failure, was made from.
    struct Made: Hashable {
        var version: Int64
        /// The names of the shared inputs that it reads, beside those of every page.
        var inputs: [String] = []
        /// When time next changes its conditions, in milliseconds since 1970.
        var due: Int?
    }

    /// How the newest release has the page.
    enum Standing: Hashable {
        case new
        /// Not as its row says, although it did not fail.
        case displaced
        case failed(Made)
        case published(Made)
    }

    var standing: Standing
    /// The version of its rows.
    var version: Int64
    /// Whether its rows are known to differ, whatever their versions say.
    var isEdited = false
    /// The words of an edit of its rows.
    var edit = ""
    /// The shared inputs that have changed since the running build tried the page; nil when it has
    /// not.
    var changedSinceTrial: Set<String>?
}

/// What decides for all pages of a build alike.
struct SharedFacts: Hashable {
    /// The names of shared inputs that differ from those of the newest release.
    var changed: Set<String> = []
    /// Whether a page with the recorded version is unchanged.
    var trustsVersions = true
    var isForced = false
    /// Whether every page that failed is tried again.
    var retriesAll = false
    /// The time of the snapshot, in milliseconds since 1970.
    var now: Int
}

extension PageFacts {
    /// Returns why the page must be planned again; nil when it need not be.
    func reason(_ shared: SharedFacts) -> PlanReason? {
        if let changedSinceTrial {
            // A page that failed in this build waits for the next one.
            guard case .published(let made) = standing else { return nil }
            let names = (made.inputs + SharedInput.everyPage).filter(changedSinceTrial.contains)
            return names.isEmpty ? nil : .shared(names)
        }
        let made: Made
        var isRetry = false
        switch standing {
        case .displaced: return .released
        case .new: return isEdited ? .edited(edit) : .new
        case .failed where shared.retriesAll: return .failedBefore
        case .failed(let last): (made, isRetry) = (last, true)
        case .published(let last): made = last
        }
        if !shared.trustsVersions { return shared.isForced ? .forced : .unprovenVersions }
        if isEdited || made.version != version { return .edited(edit) }
        if let due = made.due, due <= shared.now { return .due }
        guard !shared.changed.isEmpty else { return nil }
        var names = SharedInput.everyPage.filter(shared.changed.contains)
        if names.isEmpty { names = made.inputs.filter(shared.changed.contains) }
        return names.isEmpty ? nil : .shared(names, isRetry: isRetry)
    }
}
