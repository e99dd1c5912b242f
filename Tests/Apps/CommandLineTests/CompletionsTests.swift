import CommandLine
import Core
import Foundation
import Testing

/// The scripts are tried in the shells themselves; zsh is optional on a developer's machine.
@Suite struct CompletionsTests {
    private static let bash = "/bin/bash"
    private static let zsh = "/usr/bin/zsh"

    private func run(_ shell: String, _ arguments: [String], in folder: URL) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: shell)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }

    private func withScript<Result>(
        for shell: Shell, _ body: (URL, String) throws -> Result
    ) throws -> Result {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "completions-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder.appending(path: "sub folder"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("x".utf8).write(to: folder.appending(path: "some.sql"))
        let script = folder.appending(path: "script.\(shell.rawValue)")
        try Data(ExampleProgram.program.completions(for: shell).utf8).write(to: script)
        return try body(folder, script.path())
    }

    struct Case: Sendable, CustomStringConvertible {
        let words: [String]
        let offered: Set<String>

        var description: String { words.joined(separator: " ") }

        /// - Parameter words: as bash splits them; the last is the one being completed.
        init(_ words: String..., offered: Set<String>) {
            self.words = words
            self.offered = offered
        }
    }

    @Test(arguments: [
        Case(
            "",
            offered: [
                "build", "serve", "why", "completions", "psql", "db", "--help",
                "--version",
            ]),
        Case("bu", offered: ["build"]),
        Case("render", offered: []),
        Case("db", "st", offered: ["start", "stop", "status"]),
        Case("db", "start", "--", offered: ["--json", "--help"]),
        Case("build", "--n", offered: ["--node"]),
        Case("build", "--node", "a", "--o", offered: ["--output"]),
        Case("build", "--node", "db", "--o", offered: ["--output"]),
        Case("build", "--node", "=", "db", "--o", offered: ["--output"]),
        Case("build", "--output", "sub", offered: ["sub folder"]),
        Case("build", "--output", "=", "sub", offered: ["sub folder"]),
        Case("build", "--output", "=", offered: ["sub folder"]),
        Case("build", "--format", "", offered: ["text", "dot"]),
        Case("build", "--format", "=", offered: ["text", "dot"]),
        Case("build", "--format", "=", "t", offered: ["text"]),
        Case("build", "--format=t", offered: ["--format=text"]),
        Case("build", "--output=sub", "--all", "--no", offered: ["--node"]),
        Case("build", "--jobs", "", offered: []),
        Case("completions", "", offered: ["bash", "zsh"]),
        Case("psql", "so", offered: ["some.sql"]),
        Case("psql", "--", "so", offered: ["some.sql"]),
    ])
    func bashOffers(_ test: Case) throws {
        let offered = try withScript(for: .bash) { folder, script in
            let program = """
                source "$1"; shift; COMP_WORDS=(robbieblocks "$@"); COMP_CWORD=$#
                _robbieblocks; printf '%s\\n' "${COMPREPLY[@]}"
                """
            return try run(
                Self.bash, ["--norc", "-uc", program, "bash", script] + test.words, in: folder)
        }
        #expect(Set(offered.split(separator: "\n").map(String.init)) == test.offered)
    }

    /// The shell asks the program for values, and passes the node and folder on the command line.
    @Test(arguments: [
        (["build", "--node", "te"], "complete nodes -- te"),
        (["build", "--node", "=", "te"], "complete nodes -- te"),
        (["why", "--node", "acme", "/pr"], "complete routes --node=acme -- /pr"),
        (["why", "--node=acme", "/pr"], "complete routes --node=acme -- /pr"),
        (
            ["why", "--output", "a b", "--node", "=", "acme", ""],
            "complete routes --node=acme --output=a b"
        ),
        (["why", "--node", "a$(touch x)", "/"], "complete routes --node=a$(touch x) -- /"),
    ])
    func bashAsksTheProgram(_ words: [String], call: String) throws {
        let (offered, files) = try withScript(for: .bash) { folder, script in
            // The program answers with its own call, and with a word that a shell would expand.
            let program = """
                program() { printf '%s\\n' "$*" '$(touch y)'; }
                source "$1"; shift; COMP_WORDS=(program "$@"); COMP_CWORD=$#
                _robbieblocks; printf '%s\\n' "${COMPREPLY[@]}"
                """
            let offered = try run(
                Self.bash, ["--norc", "-uc", program, "bash", script] + words, in: folder)
            return (offered, try FileManager.default.contentsOfDirectory(atPath: folder.path()))
        }
        #expect(offered.hasSuffix("\(call)\n$(touch y)\n"))
        #expect(Set(files) == ["script.bash", "some.sql", "sub folder"])
    }

    /// Where `=` does not part words, what is offered takes the place of the whole word.
    @Test func bashCompletesAJoinedValue() throws {
        let offered = try withScript(for: .bash) { folder, script in
            let program = """
                program() { printf '%s\\n' "$*" testpilot; }
                source "$1"; COMP_WORDS=(program build --node=te); COMP_CWORD=2
                _robbieblocks; printf '%s\\n' "${COMPREPLY[@]}"
                """
            return try run(Self.bash, ["--norc", "-uc", program, "bash", script], in: folder)
        }
        #expect(offered.hasSuffix("--node=complete nodes -- te\n--node=testpilot\n"))
    }

    /// Without a program, or when it says nothing, nothing is offered and nothing is said.
    @Test func bashOffersNothingWithoutTheProgram() throws {
        let offered = try withScript(for: .bash) { folder, script in
            let program = """
                source "$1"; COMP_WORDS=(/none/robbieblocks build --node t); COMP_CWORD=3
                _robbieblocks; printf '%s' "${COMPREPLY[@]-}"
                """
            return try run(Self.bash, ["--norc", "-uc", program, "bash", script], in: folder)
        }
        #expect(offered == "")
    }

    @Test func bashRegistersTheFunction() throws {
        let registered = try withScript(for: .bash) { folder, script in
            try run(
                Self.bash,
                ["--norc", "-c", "source \"$1\"; complete -p robbieblocks", "bash", script],
                in: folder)
        }
        #expect(registered == "complete -F _robbieblocks robbieblocks\n")
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: zsh), "zsh is not installed"))
    func zshParsesTheScript() throws {
        let complaints = try withScript(for: .zsh) { folder, script in
            try run(Self.zsh, ["-f", "-n", script], in: folder)
        }
        #expect(complaints == "")
    }

    @Test func zshDescribesEveryVisibleCommand() {
        let script = ExampleProgram.program.completions(for: .zsh)
        #expect(script.hasPrefix("#compdef robbieblocks\n"))
        #expect(script.contains("_robbieblocks_db_start() {"))
        #expect(
            script.contains(
                "'*--node=[a node to build]:NODE:_robbieblocks_candidates nodes'"))
        #expect(script.contains("'1:PAGE:_robbieblocks_candidates routes'"))
        #expect(script.contains("robbieblocks complete $kind"))
        #expect(!script.contains("_robbieblocks_complete()"))
        #expect(script.contains("'--output=[where the sites are written]:DIR:_files -/'"))
        #expect(script.contains("'--format=[how the plan is printed]:FORMAT:(text dot)'"))
        #expect(script.contains("'1:SHELL:(bash zsh)'"))
        #expect(script.contains("'build:Build the sites of one or more nodes'"))
    }

    @Test func zshQuotesDescriptions() {
        let command = Command(
            "x", summary: "Try",
            options: [Option.flag("a", help: "the site's [own] name: a word")]
        ) { _ in .success }
        #expect(
            command.completions(for: .zsh)
                .contains(#"'--a[the site'\''s \[own\] name\: a word]'"#))
    }
}
