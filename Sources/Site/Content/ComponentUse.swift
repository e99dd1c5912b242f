public import FoundationEssentials

/// Which pages and which rows of the frame determine the components of a node.
public struct ComponentUse: Sendable {
    /// Pages whose blocks do not count, because they wait for a manual build.
    public var waiting: [UUID] = []
    /// Whether no page's blocks count.
    public var isWhole = false
    /// Components that still count, because those pages were published with them.
    public var published: [String] = []
    /// Rows of the frame that do not count, because they wait for a manual build.
    public var waitingFrame: [UUID] = []
    /// Whether no row of the frame counts.
    public var isFrameWhole = false

    public init() {}
}
