public import Core

extension Command {
    /// Parses a call, runs its command and reports errors.
    ///
    /// Help goes to `output`; errors go to `errors`, or to `output` as JSON when the command was
    /// asked for JSON.
    public func run(
        _ arguments: [String], version: String, output: Terminal, errors: Terminal
    ) async -> ExitCode {
        func report(_ diagnostic: Diagnostic, asJSON: Bool) -> ExitCode {
            if asJSON {
                output.write(DiagnosticPrinter().json(for: [diagnostic]))
            } else {
                errors.write(DiagnosticPrinter(usesColor: errors.usesColor).text(for: [diagnostic]))
            }
            return diagnostic.code.exitCode
        }
        let invocation: Invocation
        do throws(Diagnostic) {
            switch try parse(arguments, version: version) {
            case .show(let text):
                output.write(text)
                return .success
            case .run(let parsed): invocation = parsed
            }
        } catch {
            let flag = "--\(Option.json.definition.name)"
            return report(error, asJSON: arguments.prefix { $0 != "--" }.contains(flag))
        }
        do {
            return try await invocation.command.action?(invocation) ?? .success
        } catch {
            return report(Diagnostic(reporting: error), asJSON: invocation.wantsJSON)
        }
    }
}
