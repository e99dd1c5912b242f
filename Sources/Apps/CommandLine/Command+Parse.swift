public import Core

extension Command {
    /// The result of parsing a call.
    public enum Outcome: Sendable {
        case run(Invocation)
        /// Help or the version, to be printed on standard output with success.
        case show(String)
    }

    /// Parses the arguments of a call, without the program's name.
    ///
    /// - Throws: a `.usage` diagnostic that suggests the nearest word and the command's `--help`.
    public func parse(
        _ arguments: [String], version: String? = nil
    ) throws(Diagnostic) -> Outcome {
        var parser = CommandParser(arguments, of: self, version: version)
        return try parser.parse()
    }

    /// Returns the help of this command, at most 80 columns wide.
    ///
    /// - Parameter path: the names from the program to this command; this command's own name when
    ///   empty.
    public func help(path: [String] = []) -> String {
        HelpText(of: self, path: path.isEmpty ? [name] : path, version: nil).text
    }
}
