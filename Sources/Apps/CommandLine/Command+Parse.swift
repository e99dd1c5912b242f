public import Core

extension Command {
    /// What a call asks for.
    public enum Outcome: Sendable {
        case run(Invocation)
        /// Help or the version: printed on standard output, and all is well.
        case show(String)
    }

    /// Reads the arguments of a call, without the program's name.
    ///
    /// - Throws: a `.usage` diagnostic that names the nearest word and the command's `--help`.
    public func parse(
        _ arguments: [String], version: String? = nil
    ) throws(Diagnostic) -> Outcome {
        var parser = CommandParser(arguments, of: self, version: version)
        return try parser.parse()
    }

    /// The help of this command, at most 80 columns wide.
    ///
    /// - Parameter path: from the program to this command; its own name when empty.
    public func help(path: [String] = []) -> String {
        HelpText(of: self, path: path.isEmpty ? [name] : path, version: nil).text
    }
}
