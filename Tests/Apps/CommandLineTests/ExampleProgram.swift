import CommandLine
import Core

/// A program with every feature of a specification, shaped like the real one.
enum ExampleProgram {
    enum Format: String, CaseIterable {
        case text, dot
    }

    static let node = Option.repeated(
        "node", "NODE", candidates: .nodes, help: "a node to build")
    static let output = Option.text(
        "output", "DIR", kind: .directory, default: "site-output",
        help: "where the sites are written")
    static let all = Option.flag("all", help: "build every node")
    static let jobs = Option.integer(
        "jobs", "N", in: 1...64, help: "render workers; one for each core when not given")
    static let format = Option.choice(
        "format", "FORMAT", default: Format.text, help: "how the plan is printed")

    static let build = Command(
        "build", summary: "Build the sites of one or more nodes",
        discussion: """
            Reads one instant of the database, renders the pages that changed, and swaps the new \
            release in. Nothing is published when a page has a fault.
            """,
        options: [node, all, output, jobs, format, Option.json],
        examples: [
            .init("robbieblocks build --node testpilot", "Build one node."),
            .init("robbieblocks build --all --json", "Build all of them and print a report."),
        ]
    ) { invocation in
        guard !invocation[node].isEmpty || invocation[all] else {
            throw invocation.usageError("no node is named", hint: "add --node NODE or --all")
        }
        if invocation[node].contains("broken") {
            throw Diagnostic(.databaseUnavailable, "the database is down\u{1B}[2J")
        }
        return .success
    }

    static let servedNode = Option.required(
        "node", "NODE", candidates: .nodes, help: "the node to serve")
    static let port = Option.integer(
        "port", "PORT", in: 1...65535, default: 8080, help: "the port to listen on")
    static let serve = Command(
        "serve", summary: "Serve a built site on this machine", options: [servedNode, port]
    ) { _ in .success }

    static let page = Argument.required("PAGE", candidates: .routes, help: "the key of a page")
    static let fields = Argument.repeated("FIELD", help: "what to show")
    static let why = Command(
        "why", summary: "Say why a page is rendered again", options: [node, output],
        arguments: [page, fields], exitMeanings: [.content: "the page failed"]
    ) { _ in .success }

    static let shell = Argument.required(
        "SHELL", kind: .choice(["bash", "zsh"]), help: "the shell to make them for")
    static let completions = Command(
        "completions", summary: "Print shell completions", arguments: [shell]
    ) { _ in .success }

    static let file = Argument.optional("FILE", kind: .file, help: "a file to run")
    static let psql = Command(
        "psql", summary: "Open the database in psql", arguments: [file],
        passthrough: .init("ARGS", help: "handed on to psql")
    ) { _ in .success }

    static let database = Command(
        "db", summary: "The embedded database",
        subcommands: [
            Command("start", summary: "Start it", options: [Option.json]) { _ in .success },
            Command("stop", summary: "Stop it") { _ in throw CancellationError() },
            Command("status", summary: "Say whether it runs") { _ in .content },
        ])

    /// The candidates that the program prints for the shells of the tests.
    static let complete: Command = {
        var command = Command("complete", summary: "For shells") { _ in .success }
        command.isHidden = true
        return command
    }()

    static let program = Command(
        "robbieblocks", summary: "Turn rows in PostgreSQL into themed static sites",
        subcommands: [build, serve, why, completions, psql, database, complete])

    /// The invocation that the arguments stand for.
    static func invocation(_ arguments: String...) throws -> Invocation? {
        guard case .run(let invocation) = try program.parse(arguments) else { return nil }
        return invocation
    }
}
