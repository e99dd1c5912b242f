/// One thing in a site's folder that was not as the ledger says, and what became of it.
public struct SiteFault: Sendable, Hashable, Encodable {
    /// What was done about a fault.
    public enum Remedy: String, Sendable, Hashable, Encodable {
        /// Nothing yet.
        case none
        /// It is as it should be again.
        case restored
        /// It did not belong to the site, and was removed.
        case removed
        /// Its bytes are nowhere: it is made from the rows by the next build.
        case renderedAgain = "rendered-again"
        /// Its bytes are nowhere, and only earlier releases had them: those cannot be returned to.
        case releasesDropped = "releases-dropped"
        /// A new ledger was begun: every page is rendered again.
        case startedOver = "started-over"
        /// The release that was served before stays.
        case steppedBack = "stepped-back"
    }

    /// Below the site's folder, such as `trees/a/index.html`.
    public var path: String
    /// What is wrong with it, as the end of a sentence: `is missing`.
    public var problem: String
    public var remedy: Remedy
    /// The key of the page whose HTML it is.
    public var page: String?

    /// Whether the next build has something to make.
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

extension SiteFault: CustomStringConvertible {
    /// `trees/a/index.html is missing: restored`
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
