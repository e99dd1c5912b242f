public import Diagnostics

extension Command {
    /// Parses a call, runs its command and reports what goes wrong.
    ///
    /// Help goes to `output`; errors go to `errors`, or to `output` as JSON when the command was
    /// asked for JSON.
    public func run(
        _ arguments: [String], version: String, output: Terminal, errors: Terminal
    ) async -> ExitCode {
        let invocation: Invocation
        do throws(Diagnostic) {
            switch try parse(arguments, version: version) {
            case .show(let text):
                output.write(text)
                return .success
            case .run(let parsed): invocation = parsed
            }
        } catch {
            errors.write(DiagnosticPrinter(usesColor: errors.usesColor).text(for: [error]))
            return error.code.exitCode
        }
        do {
            return try await invocation.command.action?(invocation) ?? .success
        } catch {
            let diagnostic = Self.diagnostic(for: error)
            if invocation.wantsJSON {
                output.write(DiagnosticPrinter().json(for: [diagnostic]))
            } else {
                errors.write(DiagnosticPrinter(usesColor: errors.usesColor).text(for: [diagnostic]))
            }
            return diagnostic.code.exitCode
        }
    }

    private static func diagnostic(for error: any Error) -> Diagnostic {
        if let error = error as? any DiagnosedError { return error.diagnostic }
        if error is CancellationError { return Diagnostic(.interrupted, "stopped before the end") }
        return Diagnostic(.workerFailed, "\(error)")
    }
}
