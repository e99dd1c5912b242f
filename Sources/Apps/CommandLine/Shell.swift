/// A shell that completions can be made for.
public enum Shell: String, Sendable, CaseIterable {
    case bash, zsh
}

extension Command {
    /// The script that completes this program's commands, options and values.
    public func completions(for shell: Shell) -> String {
        switch shell {
        case .bash: BashCompletions(for: self).script
        case .zsh: ZshCompletions(for: self).script
        }
    }

    /// Every command with its path, from the program down.
    var tree: [(path: [String], command: Command)] {
        [([name], self)]
            + visibleSubcommands.flatMap { child in
                child.tree.map { ([name] + $0.path, $0.command) }
            }
    }

    /// Those that are for people.
    var visibleSubcommands: [Command] { subcommands.filter { !$0.isHidden } }

    var definitions: [OptionDefinition] { options.map(\.definition) + [.help] }

    /// What a shell offers: the program itself tells its version, too.
    func offeredDefinitions(at path: [String]) -> [OptionDefinition] {
        path.count == 1 ? definitions + [.version] : definitions
    }
}
