public import Core

/// The planner's decision about one page.
public struct PlannedPage: Sendable {
    /// Nil when the page cannot be rendered; `diagnostics` then give the reasons.
    public var job: RenderJob?
    public var diagnostics: [Diagnostic] = []
    /// The names of the shared inputs that the page reads, sorted. The job stays the same as long
    /// as these inputs and the page's rows do.
    public var inputs: [String] = []
    /// When the conditions of its blocks next change their result, in milliseconds since 1970.
    public var due: Int?

    public init() {}
}
