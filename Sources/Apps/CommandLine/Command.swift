public import Core

/// A command as a plain value: parsing, `--help` and the shell completions all come from it.
///
/// ```swift
/// enum Build {
///     static let node = Option.repeated("node", "NODE", help: "a node to build")
///     static let output = Option.text(
///         "output", "DIR", kind: .directory, default: "site-output", help: "where sites go")
///     static let command = Command(
///         "build", summary: "Build the site of a node", options: [node, output]
///     ) { invocation in
///         for node in invocation[node] { … }
///         return .success
///     }
/// }
/// ```
public struct Command: Sendable {
    /// What a command does; a thrown `Diagnostic` is reported and gives the exit code.
    public typealias Action = @Sendable (Invocation) async throws -> ExitCode

    public var name: String
    /// One line without a full stop, shown in the list of commands.
    public var summary: String
    /// Paragraphs shown by `--help` below the usage line.
    public var discussion: String
    public var options: [any CommandOption]
    public var arguments: [any CommandArgument]
    /// What comes after `--`, when the command takes it.
    public var passthrough: Passthrough?
    public var subcommands: [Command]
    public var examples: [Example]
    public var action: Action?
    /// What an exit code means for this command, where that is more than for all of them.
    public var exitMeanings: [ExitCode: String] = [:]
    /// Whether the command is for other programs: neither help nor completions show it.
    public var isHidden = false

    public init(
        _ name: String, summary: String, discussion: String = "",
        options: [any CommandOption] = [], arguments: [any CommandArgument] = [],
        passthrough: Passthrough? = nil, examples: [Example] = [],
        exitMeanings: [ExitCode: String] = [:], action: @escaping Action
    ) {
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.options = options
        self.arguments = arguments
        self.passthrough = passthrough
        self.subcommands = []
        self.examples = examples
        self.exitMeanings = exitMeanings
        self.action = action
    }

    /// A command that only groups others.
    public init(
        _ name: String, summary: String, discussion: String = "", subcommands: [Command],
        examples: [Example] = []
    ) {
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.options = []
        self.arguments = []
        self.passthrough = nil
        self.subcommands = subcommands
        self.examples = examples
        self.action = nil
    }
}

extension Command {
    /// A call that `--help` shows, and what it does.
    public struct Example: Sendable, Hashable {
        public var call: String
        public var meaning: String

        public init(_ call: String, _ meaning: String) {
            self.call = call
            self.meaning = meaning
        }
    }

    /// Arguments after `--`, handed on as they are.
    public struct Passthrough: Sendable, Hashable {
        /// Shown in the usage line, such as `ARGS`.
        public var placeholder: String
        public var help: String

        public init(_ placeholder: String, help: String) {
            self.placeholder = placeholder
            self.help = help
        }
    }
}
