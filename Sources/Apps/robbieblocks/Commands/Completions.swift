import CommandLine
import Core

/// `robbieblocks completions bash|zsh`.
enum Completions {
    private static let shell = Argument.required(
        "SHELL", kind: .choice(Shell.allCases.map(\.rawValue)), help: "the shell")

    static func command(_ console: Console) -> Command {
        Command(
            "completions", summary: "Print a completion script for bash or zsh",
            arguments: [shell],
            examples: [
                .init(
                    "source <(robbieblocks completions bash)", "completions for this bash session")
            ]
        ) { invocation in
            guard let shell = Shell(rawValue: invocation[shell]) else { return .usage }
            let command = RobbieBlocks.command(output: console.output, errors: console.errors)
            console.output.write(command.completions(for: shell))
            return .success
        }
    }
}
