/// A difference between a site's folder and the ledger, and its remedy.
public struct FolderFault: Sendable, Hashable, Encodable {
    /// How a fault was handled.
    public enum Remedy: String, Sendable, Hashable, Encodable {
        /// Nothing yet.
        case none
        /// Restored to the recorded state.
        case restored
        /// Removed, because it did not belong to the site.
        case removed
        /// Its bytes exist nowhere: the next build recreates it from the rows.
        case renderedAgain = "rendered-again"
        /// Its bytes exist nowhere, and only earlier releases had them: those can no longer be
        /// restored.
        case releasesDropped = "releases-dropped"
        /// A new ledger was created: every page is rendered again.
        case startedOver = "started-over"
        /// The previously served release stays.
        case steppedBack = "stepped-back"
    }

    /// The path below the site's folder, such as `trees/a/index.html`.
    public var path: String
    /// The problem, worded as the end of a sentence: `is missing`.
    public var problem: String
    public var remedy: Remedy
    /// The key of the page whose HTML the file contains.
    public var page: String?

    /// Whether the next build must recreate something.
    public var needsBuild: Bool {
        [.renderedAgain, .startedOver, .steppedBack].contains(remedy)
    }

    public init(path: String, problem: String, remedy: Remedy = .none, page: String? = nil) {
        self.path = path
        self.problem = problem
        self.remedy = remedy
        self.page = page
    }
}

extension FolderFault: CustomStringConvertible {
    /// For example `trees/a/index.html is missing: restored`.
    public var description: String {
        let end =
            switch remedy {
            case .none: ""
            case .restored: ": restored"
            case .removed: ": removed"
            case .renderedAgain: ": rendered again from the rows"
            case .releasesDropped: ": earlier releases that had it cannot be returned to"
            case .startedOver: ": a new one was begun, without the history"
            case .steppedBack: ": the release before it stays"
            }
        return "\(path) \(problem)\(end)"
    }
}
