/// An error that can say, in the user's words, what is wrong and what to do.
public protocol DiagnosedError: Error {
    var diagnostic: Diagnostic { get }
}

extension Diagnostic: DiagnosedError {
    public var diagnostic: Diagnostic { self }
}

extension Diagnostic {
    /// Any error as a diagnostic; one that has none of its own is a fault of this program.
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

    /// The error's own words after its type, which is often all that tells it apart.
    private static func text(of error: any Error) -> String {
        "\(String(reflecting: type(of: error))): \(error)"
    }
}
