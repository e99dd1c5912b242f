public import Core

/// A command as a plain value, from which parsing, `--help` and the shell completions are derived.
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
    /// The action of a command. A thrown `Diagnostic` is reported and determines the exit code.
    public typealias Action = @Sendable (Invocation) async throws -> ExitCode

    public var name: String
    /// One line without a full stop, shown in the list of commands.
    public var summary: String
    /// Paragraphs shown by `--help` below the usage line.
    public var discussion: String
    public var options: [any CommandOption]
    public var arguments: [any CommandArgument]
    /// The arguments after `--`, when the command accepts them.
    public var passthrough: Passthrough?
    public var subcommands: [Command]
    public var examples: [Example]
    public var action: Action?
    /// The meanings of exit codes that are specific to this command.
    public var exitMeanings: [ExitCode: String] = [:]
    /// Whether the command is for other programs, so that help and completions omit it.
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

    /// Makes a command that only groups others.
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
    /// An example call for `--help`, with its effect.
    public struct Example: Sendable, Hashable {
        public var call: String
        public var meaning: String

        public init(_ call: String, _ meaning: String) {
            self.call = call
            self.meaning = meaning
        }
    }

    /// Arguments after `--`, passed on unchanged.
    public struct Passthrough: Sendable, Hashable {
        /// The name in the usage line, such as `ARGS`.
        public var placeholder: String
        public var help: String

        public init(_ placeholder: String, help: String) {
            self.placeholder = placeholder
            self.help = help
        }
    }
}
