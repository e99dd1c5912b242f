public import Core
public import RenderProtocol

/// What became of one job.
public struct RenderedPage: Sendable {
    public enum Outcome: Sendable {
        case html([UInt8])
        case failed([Diagnostic])
    }

    public var job: RenderJob
    public var outcome: Outcome
    /// What the worker saw on it, for the program to judge.
    public var remarks = WorkerProtocol.Remarks()
    /// What does not keep the page from being published.
    public var warnings: [Diagnostic] = []
}
