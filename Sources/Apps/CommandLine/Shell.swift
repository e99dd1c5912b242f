/// A shell for which completions can be generated.
public enum Shell: String, Sendable, CaseIterable {
    case bash, zsh
}

extension Command {
    /// Returns the script that completes this program's commands, options and values.
    public func completions(for shell: Shell) -> String {
        switch shell {
        case .bash: BashCompletions(for: self).script
        case .zsh: ZshCompletions(for: self).script
        }
    }

    /// All commands with their paths, from the program down.
    var tree: [(path: [String], command: Command)] {
        [([name], self)]
            + visibleSubcommands.flatMap { child in
                child.tree.map { ([name] + $0.path, $0.command) }
            }
    }

    /// The subcommands meant for users.
    var visibleSubcommands: [Command] { subcommands.filter { !$0.isHidden } }

    var definitions: [OptionDefinition] { options.map(\.definition) + [.help] }

    /// Returns the options that a shell offers; the program itself also has `--version`.
    func offeredDefinitions(at path: [String]) -> [OptionDefinition] {
        path.count == 1 ? definitions + [.version] : definitions
    }
}
