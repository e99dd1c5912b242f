import CommandLine
import Core
import FoundationEssentials
import Glibc

/// The program: one command for each task of a user.
@main
enum RobbieBlocks {
    static let version = "0.1.0"

    static func main() async {
        // `robbieblocks build | head` must not stop a build half-way: a closed pipe makes a write
        // fail instead of sending a signal.
        signal(SIGPIPE, SIG_IGN)
        let environment = ProcessInfo.processInfo.environment
        let output = Terminal.standardOutput(environment: environment)
        let errors = Terminal.standardError(environment: environment)
        let code = await command(output: output, errors: errors).run(
            Array(CommandLine.arguments.dropFirst()), version: version, output: output,
            errors: errors)
        exit(code.rawValue)
    }

    /// Returns the complete command line, from which help and completions are derived too.
    static func command(output: Terminal, errors: Terminal) -> Command {
        let console = Console(output: output, errors: errors)
        return Command(
            "robbieblocks",
            summary: "Turn rows in PostgreSQL into fast, themed static sites",
            subcommands: [
                Init.command(console), Build.command(console), Watch.command(console),
                Dev.command(console), PageCommand.command(console),
                Plan.command(console), Why.command(console), Status.command(console),
                Releases.command(console), Verify.command(console),
                Rollback.command(console), Resume.command(console),
                Serve.command(console), ChatCommand.command(console), Nginx.command(console),
                Systemd.command(console),
                Nodes.command(console), Psql.command(console), Database.command(console),
                Completions.command(console), Complete.command(console),
            ],
            examples: [
                .init("robbieblocks init", "create the database and the starter content"),
                .init("robbieblocks build --node testpilot", "build one site"),
            ])
    }
}

/// The output streams of commands.
struct Console: Sendable {
    let output: Terminal
    let errors: Terminal
}
