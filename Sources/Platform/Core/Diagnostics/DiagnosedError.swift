/// An error that can describe the problem and the fix in the user's words.
public protocol DiagnosedError: Error {
    var diagnostic: Diagnostic { get }
}

extension Diagnostic: DiagnosedError {
    public var diagnostic: Diagnostic { self }
}

extension Diagnostic {
    /// Makes a diagnostic of any error. An error without a diagnostic of its own is a bug in this
    /// program.
    public init(reporting error: any Error) {
        if let error = error as? any DiagnosedError {
            self = error.diagnostic
        } else if error is CancellationError {
            self.init(.interrupted, "stopped before the end")
        } else {
            self.init(
                .internalError,
                "an error that this program does not expect: \(Self.text(of: error))",
                hint: "please report it, with the command and what it printed")
        }
    }

    /// Returns the error's type and description, which is often all that identifies it.
    private static func text(of error: any Error) -> String {
        "\(String(reflecting: type(of: error))): \(error)"
    }
}
