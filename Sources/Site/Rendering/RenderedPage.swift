public import Core
public import RenderProtocol

/// The result of one job.
public struct RenderedPage: Sendable {
    public enum Outcome: Sendable {
        case html([UInt8])
        case failed([Diagnostic])
    }

    public var job: RenderJob
    public var outcome: Outcome
    /// What the worker found on the page, for the program to check.
    public var remarks = WorkerProtocol.Remarks()
    /// Problems that do not prevent the page from being published.
    public var warnings: [Diagnostic] = []
}
