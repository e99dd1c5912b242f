import Rendering

/// Why a page must be planned again.
enum PlanReason: Hashable {
    /// Its rows changed; has the words of the change.
    case edited(String)
    case new
    /// It did not stand as its row says when the newest release was made, and does now.
    case released
    case failedBefore
    /// A forced build trusts no versions.
    case forced
    /// The recorded versions belong to another database, or to another history of it.
    case unprovenVersions
    /// Time has changed a condition.
    case due
    /// Shared inputs that it reads changed; has their names.
    ///
    /// - isRetry: whether the page failed with them.
    case shared([String], isRetry: Bool = false)

    /// Whether the reason is the page's own: its rows, the clock, or an earlier failure.
    var isOwn: Bool {
        if case .shared(_, let isRetry) = self { return isRetry }
        return true
    }

    /// The reason as `robbieblocks why` words it.
    var words: String {
        switch self {
        case .edited(let words): return words
        case .new: return "the page is new"
        case .released: return "the page is not held back any more"
        case .failedBefore: return "it failed before"
        case .forced: return "every page was compared"
        case .unprovenVersions: return "the database is another one, or was restored"
        case .due: return "the time of a condition came"
        case .shared(let names, _):
            let more = names.count > 1 ? " and \(names.count - 1) more" : ""
            return (names.first.map(SharedInput.words) ?? "") + more + " changed"
        }
    }
}
