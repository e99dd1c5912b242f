import Foundation
import PostgreSQL
import TestSupport
import Testing

/// The program as its users meet it: what it prints and what it exits with.
@Suite struct ProgramTests {
    @Test func exitsWithWhatWentWrong() async throws {
        let site = try await TestSite(Rows.page("home", route: "/"))
        let output = site.output
        let url = site.database.url

        let good = try Program.robbieblocks(
            "build", "--node", "acme", "--output", output, "--json", database: url)
        #expect(good.status == 0, "\(good.errors)")
        #expect(good.output.contains(#""outcome":"published""#))
        #expect(good.output.contains(#""release":1"#))
        #expect(good.errors.isEmpty)

        try site.database.run("UPDATE robbieblocks_pages SET layout_template = 'dashbord'")
        let content = try Program.robbieblocks(
            "build", "--node", "acme", "--output", output, database: url)
        #expect(content.status == 1)
        #expect(content.errors.contains("there is no layout 'dashbord'"))
        #expect(content.errors.contains("did you mean 'dashboard'?"))
        #expect(content.errors.contains("page 'home'"))

        let node = try Program.robbieblocks("build", "--node", "acm", database: url)
        #expect(node.status == 2)
        #expect(node.errors.contains("did you mean 'acme'?"))
        #expect(try Program.robbieblocks("build", database: url).status == 2)
        #expect(try Program.robbieblocks("biuld").errors.contains("build"))

        let down = try Program.robbieblocks(
            "build", "--node", "acme", database: "postgresql:///x?host=/nowhere")
        #expect(down.status == 3)
        #expect(down.errors.contains("the database cannot be reached"))
    }

    @Test func saysWhatIsMissingWhenItWasInstalledWithoutItsWorker() async throws {
        let site = try await TestSite(Rows.page("home", route: "/"))
        try FileManager.default.createDirectory(
            atPath: site.output, withIntermediateDirectories: true)
        let alone = site.output + "/robbieblocks"
        try FileManager.default.copyItem(atPath: ProjectFolder.program, toPath: alone)
        let result = try Program.run(
            alone, ["build", "--node", "acme", "--output", site.output],
            environment: [
                "ROBBIEBLOCKS_HOME": ProjectFolder.path, "DATABASE_URL": site.database.url,
            ])
        #expect(result.status == 3)
        #expect(result.errors.contains("\(alone)-worker': No such file or directory"))
        #expect(result.errors.contains("belongs into the same folder as robbieblocks"))
    }

    @Test func hidesThePasswordOfTheDatabase() throws {
        let result = try Program.robbieblocks(
            "nodes", database: "postgresql://admin:geheim@127.0.0.1:1/x")
        #expect(result.status == 3)
        #expect(!(result.output + result.errors).contains("geheim"))
    }

    /// Every command shows how it is used, and what it shows is a call that the program takes.
    @Test func everyCommandHasAnExampleThatIsACall() async throws {
        func section(_ title: String, of help: String) -> [Substring] {
            help.split(separator: "\n", omittingEmptySubsequences: false)
                .drop { $0 != title }.dropFirst().prefix { $0.hasPrefix(" ") }
        }
        func entries(_ lines: [Substring]) -> [String] {
            lines.filter { !$0.hasPrefix("   ") }.map { String($0.dropFirst(2)) }
        }
        let top = try Program.robbieblocks("help").output
        let listed = section("Commands:", of: top)
        var calls = listed.map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { $0.hasPrefix("robbieblocks ") || $0.hasPrefix("source ") }
        let names = entries(listed).compactMap { $0.split(separator: " ").first.map(String.init) }
        #expect(names.count > 15 && calls.count == names.count, "\(calls)")
        #expect(!names.contains("complete"))
        for name in names + ["db start", "db stop", "db status"] {
            let words = name.split(separator: " ").map(String.init)
            let help = try Program.run(ProjectFolder.program, ["help"] + words).output
            let examples = entries(section("Examples:", of: help))
            #expect(!examples.isEmpty && help.hasPrefix(help.prefix { $0 != "\n" }), "\(name)")
            calls += examples
        }
        // Outside of a project a call that is right fails for want of one, not as a call.
        for call in Set(calls) {
            let result = try Program.run(
                "/bin/bash",
                ["-c", "robbieblocks() { '\(ProjectFolder.program)' \"$@\"; }; \(call)"],
                environment: ["ROBBIEBLOCKS_HOME": "/nowhere"])
            #expect([0, 3].contains(result.status), "\(call): \(result.errors)")
        }
    }

    /// A variable that another project left in the shell is named before it does harm.
    @Test func anotherDatabaseThanTheProjectsIsNamed() async throws {
        let site = try await TestSite(Rows.page("home", route: "/"))
        let name = site.database.target.settings["dbname"] ?? "?"
        let project = try TestFolder()
        for name in ["templates", "branding", "database"] {
            try project.link(name, to: ProjectFolder.path + "/" + name)
        }
        try project.write(".robbieblocks/postgres/data/PG_VERSION", "15")
        try project.link(
            ".robbieblocks/pgserver", to: ProjectFolder.path + "/.robbieblocks/pgserver")
        func run(_ arguments: String...) throws -> Program.Result {
            try Program.run(
                ProjectFolder.program, arguments,
                environment: [
                    "ROBBIEBLOCKS_HOME": project.path, "DATABASE_URL": site.database.url,
                    "PGPASSWORD": "geheim",
                ])
        }
        for arguments in [["nodes"], ["init"], ["plan", "--node", "acme"]] {
            let result = try Program.run(
                ProjectFolder.program, arguments,
                environment: [
                    "ROBBIEBLOCKS_HOME": project.path, "DATABASE_URL": site.database.url,
                    "PGPASSWORD": "geheim",
                ])
            #expect(
                result.errors.contains("DATABASE_URL leads to the database '\(name)' "),
                "\(arguments): \(result.errors)")
            #expect(result.errors.contains("; the project's own is not used"))
            #expect(!result.errors.contains("geheim"))
        }
        #expect(try run("nodes", "--json").errors == "")
        #expect(
            try run("db", "status").output.contains("DATABASE_URL leads to the database '\(name)' ")
        )
        let database = try run("db", "status", "--json")
        #expect(database.errors == "")
        #expect(database.output.contains(#""usedInstead":"'\#(name)'"#), "\(database.output)")
        let node = try run("plan", "--node", "acm")
        #expect(node.errors.contains("acm"))
        #expect(try run("build", "--node", "acm").errors.contains("in the database '\(name)' "))
    }

    @Test func createsTheDatabaseOnceHoweverOftenItIsAsked() async throws {
        let database = try await TestDatabase()
        try database.run(
            "DROP SCHEMA public CASCADE; CREATE SCHEMA public;")
        async let first = Program.robbieblocks("init", database: database.url)
        async let second = Program.robbieblocks("init", database: database.url)
        let results = try await [first, second]
        #expect(results.map(\.status) == [0, 0], "\(results)")
        #expect(results.count { $0.output.contains("0021-robbieblocks-cms") } == 1)
        let again = try Program.robbieblocks("init", database: database.url)
        #expect(again.output == "The schema is up to date.\nThe starter content is complete.\n")

        // A database that had these in an earlier form gets them again.
        try database.run("DELETE FROM robbieblocks_migrations WHERE number IN (160, 161)")
        let renewed = try Program.robbieblocks("init", database: database.url)
        #expect(renewed.status == 0 && renewed.output.contains("0161-pages-of-no-app"))

        let nodes = try Program.robbieblocks("nodes", database: database.url)
        for node in ["testpilot", "vengeance-local", "aurora-town-local"] {
            #expect(nodes.output.contains(node))
        }
        let folder = try TestFolder()
        let all = try Program.robbieblocks(
            "build", "--all", "--output", folder.path, database: database.url)
        #expect(all.status == 0, "\(all.errors)")
        #expect(!all.errors.contains("warning:"), "\(all.errors)")
        let rows = try database.connect().run("SELECT number FROM robbieblocks_migrations")
        #expect(rows.count >= 1)
    }

    /// A terminal obeys nothing that a row says.
    @Test func textFromRowsIsShownNotObeyed() async throws {
        let site = try await TestSite(
            Rows.page("k\u{1B}[31m\u{202E}\nx", route: "/", content: "[x](/nowhere/)")
                + "UPDATE robbieblocks_node_branding SET node_name = E'Evil\\x1b]0;pwn\\x07'")
        let commands = [
            ["nodes"], ["plan", "--node", "acme"],
            ["build", "--node", "acme", "--output", site.output],
            ["why", "/", "--node", "acme", "--output", site.output],
            ["status", "--node", "acme", "--output", site.output],
        ]
        // The first build has a warning about the page to show.
        for command in commands.map({ $0 + ["--json"] }) + commands {
            let result = try Program.run(
                ProjectFolder.program, command,
                environment: [
                    "ROBBIEBLOCKS_HOME": ProjectFolder.path, "DATABASE_URL": site.database.url,
                ])
            let text = result.output + result.errors
            if command.first == "build", command.last == "--json" {
                #expect(text.contains(#"k\u001b[31m\u202e"#), "\(text)")
            }
            let control: [Unicode.Scalar] = ["\u{1B}", "\u{7}", "\u{202E}"]
            #expect(!text.unicodeScalars.contains(where: control.contains), "\(command): \(text)")
            #expect(!text.contains("\nx"), "\(command): \(text)")
            if command == ["nodes"] { #expect(text.contains(#"Evil\u{1B}]0;pwn\u{7}"#)) }
        }
    }

    @Test func runsPsqlOnTheSameDatabase() async throws {
        let database = try await TestDatabase()
        let result = try Program.robbieblocks(
            "psql", "--", "-Atc", "SELECT current_database()", database: database.url)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.hasPrefix("test_"))
    }

    @Test func showsThePlanWithoutRendering() async throws {
        let site = try await TestSite(
            Rows.pageWithComponent("part", code: "function PartPart() { throw new Error('no'); }"))
        let result = try Program.robbieblocks("plan", "--node", "acme", database: site.database.url)
        #expect(result.status == 0, "\(result.errors)")
        let lines = result.output.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.first?.hasPrefix("/part/  part  single-column  1 piece  ") == true)
        let json = try Program.robbieblocks(
            "plan", "--node", "acme", "--json", database: site.database.url)
        #expect(json.status == 0 && json.errors == "", "\(json.errors)")
        for part in [
            #"{"diagnostics":[],"node":"acme","pages":[{"fingerprint":""#,
            #""layout":"single-column","page":"part","pieces":1,"route":"/part/"}"#,
        ] {
            #expect(json.output.contains(part), "\(json.output)")
        }
    }
}
