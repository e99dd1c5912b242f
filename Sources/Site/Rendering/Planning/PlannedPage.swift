public import Core

/// What the planner decided about one page.
public struct PlannedPage: Sendable {
    /// Nil when the page cannot be rendered; `diagnostics` then say why.
    public var job: RenderJob?
    public var diagnostics: [Diagnostic] = []
    /// The names of the shared inputs that the page reads, sorted: as long as none of them and no
    /// row of the page changes, neither does the job.
    public var inputs: [String] = []
    /// When the conditions of its blocks give another answer, in milliseconds since 1970.
    public var due: Int?

    public init() {}
}
