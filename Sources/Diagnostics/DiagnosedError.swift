/// An error that can say, in the user's words, what is wrong and what to do.
public protocol DiagnosedError: Error {
    var diagnostic: Diagnostic { get }
}

extension Diagnostic: DiagnosedError {
    public var diagnostic: Diagnostic { self }
}
