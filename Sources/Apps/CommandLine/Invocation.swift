public import Core

/// A call that parsing found right: the command, and the values of its options and arguments.
public struct Invocation: Sendable {
    /// From the program down: `["robbieblocks", "db", "start"]`.
    public let path: [String]
    public let command: Command
    /// What stood after `--`, for a command that takes it.
    public let passthrough: [String]

    /// By option name; a flag that was given has one empty value.
    let optionValues: [String: [String]]
    /// By placeholder.
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

    /// Whether the option stood on the command line.
    public func isGiven(_ option: any CommandOption) -> Bool {
        optionValues[option.definition.name] != nil
    }

    /// Whether `--json` was given to a command that has it.
    public var wantsJSON: Bool { isGiven(Option.json) }

    /// An error of the call that only the command itself can see, such as two options that exclude
    /// each other.
    public func usageError(_ message: String, hint: String? = nil) -> Diagnostic {
        .usage(message, hint: hint, path: path)
    }
}

extension Diagnostic {
    /// A fault of the call; the hint ends in the `--help` of the command.
    static func usage(_ message: String, hint: String? = nil, path: [String]) -> Diagnostic {
        let help = "see '\(path.joined(separator: " ")) --help'"
        guard let hint else { return Diagnostic(.usage, message, hint: help) }
        let joint = hint.hasUTF8Suffix("?") ? " " : "; "
        return Diagnostic(.usage, message, hint: hint + joint + help)
    }
}
