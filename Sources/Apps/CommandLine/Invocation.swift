public import Core

/// A successfully parsed call: the command, and the values of its options and arguments.
public struct Invocation: Sendable {
    /// The path from the program down: `["robbieblocks", "db", "start"]`.
    public let path: [String]
    public let command: Command
    /// The arguments after `--`, for a command that accepts them.
    public let passthrough: [String]

    /// The values by option name; a given flag has one empty value.
    let optionValues: [String: [String]]
    /// The values by placeholder.
    let argumentValues: [String: [String]]
}

extension Invocation {
    /// The option's value, or its default.
    public subscript<Value>(option: Option<Value>) -> Value {
        option.read(optionValues[option.definition.name] ?? [])
    }

    /// The argument's value.
    public subscript<Value>(argument: Argument<Value>) -> Value {
        argument.read(argumentValues[argument.definition.placeholder] ?? [])
    }

    /// Whether the option was on the command line.
    public func isGiven(_ option: any CommandOption) -> Bool {
        optionValues[option.definition.name] != nil
    }

    /// Whether `--json` was given to a command that has it.
    public var wantsJSON: Bool { isGiven(Option.json) }

    /// Makes a usage error that only the command itself can detect, such as two options that
    /// exclude each other.
    public func usageError(_ message: String, hint: String? = nil) -> Diagnostic {
        .usage(message, hint: hint, path: path)
    }
}

extension Diagnostic {
    /// Makes a usage error whose hint ends in the `--help` of the command.
    static func usage(_ message: String, hint: String? = nil, path: [String]) -> Diagnostic {
        let help = "see '\(path.joined(separator: " ")) --help'"
        guard let hint else { return Diagnostic(.usage, message, hint: help) }
        let joint = hint.hasUTF8Suffix("?") ? " " : "; "
        return Diagnostic(.usage, message, hint: hint + joint + help)
    }
}
