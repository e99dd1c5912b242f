public import Diagnostics
public import Planning

/// What became of one job.
public struct RenderedPage: Sendable {
    /// A link in the page's Markdown to another page of the site.
    public struct Link: Sendable, Hashable {
        public var path: String
        /// 1-based, in `content`.
        public var line: Int
    }

    public enum Outcome: Sendable {
        case html([UInt8])
        case failed([Diagnostic])
    }

    public var job: RenderJob
    public var outcome: Outcome
    public var links: [Link] = []
    /// What does not keep the page from being published.
    public var warnings: [Diagnostic] = []
}
