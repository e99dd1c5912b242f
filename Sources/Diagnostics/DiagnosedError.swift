/// An error that can say, in the user's words, what is wrong and what to do.
public protocol DiagnosedError: Error {
    var diagnostic: Diagnostic { get }
}

extension Diagnostic: DiagnosedError {
    public var diagnostic: Diagnostic { self }
}

extension Diagnostic {
    /// Any error as a diagnostic; one that has none of its own is this program's fault.
    public init(reporting error: any Error) {
        if let error = error as? any DiagnosedError {
            self = error.diagnostic
        } else if error is CancellationError {
            self.init(.interrupted, "stopped before the end")
        } else {
            self.init(.workerFailed, "\(error)")
        }
    }
}
