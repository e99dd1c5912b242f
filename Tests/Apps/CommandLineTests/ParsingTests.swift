import CommandLine
import Core
import Testing

@Suite struct ParsingTests {
    private typealias Example = ExampleProgram

    @Test func readsBothSpellingsOfAValue() throws {
        let invocation = try #require(
            try Example.invocation(
                "build", "--node", "a", "--output=out=put", "--node=b", "--all", "--jobs", "4"))
        #expect(invocation[Example.node] == ["a", "b"])
        #expect(invocation[Example.output] == "out=put")
        #expect(invocation[Example.all])
        #expect(invocation[Example.jobs] == 4)
        #expect(invocation.path == ["robbieblocks", "build"])
    }

    @Test func fillsInDefaults() throws {
        let invocation = try #require(try Example.invocation("build"))
        #expect(invocation[Example.node] == [])
        #expect(invocation[Example.output] == "site-output")
        #expect(!invocation[Example.all])
        #expect(invocation[Example.jobs] == nil)
        #expect(invocation[Example.format] == .text)
        #expect(!invocation.isGiven(Example.output))
        #expect(!invocation.wantsJSON)
    }

    @Test func readsChoicesIntoCases() throws {
        let invocation = try #require(try Example.invocation("build", "--format", "dot"))
        #expect(invocation[Example.format] == .dot)
    }

    @Test func findsSubcommands() throws {
        let invocation = try #require(try Example.invocation("db", "start", "--json"))
        #expect(invocation.path == ["robbieblocks", "db", "start"])
        #expect(invocation.wantsJSON)
    }

    @Test func sharesOutPositionalArguments() throws {
        let invocation = try #require(try Example.invocation("why", "home", "props", "css"))
        #expect(invocation[Example.page] == "home")
        #expect(invocation[Example.fields] == ["props", "css"])
    }

    @Test func afterTwoDashesNothingIsAnOption() throws {
        let why = try #require(try Example.invocation("why", "home", "--", "--node", "-x"))
        #expect(why[Example.fields] == ["--node", "-x"])
        let psql = try #require(try Example.invocation("psql", "f.sql", "--", "-c", "--", "--help"))
        #expect(psql[Example.file] == "f.sql")
        #expect(psql.passthrough == ["-c", "--", "--help"])
    }

    @Test func aLoneDashIsAValue() throws {
        #expect(try Example.invocation("psql", "-")?[Example.file] == "-")
        #expect(try Example.invocation("build", "--output", "-")?[Example.output] == "-")
    }

    struct Fault: Sendable, CustomStringConvertible {
        let arguments: [String]
        let message: String
        let hint: String

        var description: String { arguments.joined(separator: " ") }

        init(_ arguments: String..., message: String, hint: String) {
            self.arguments = arguments
            self.message = message
            self.hint = hint
        }
    }

    @Test(arguments: [
        Fault(
            "build", "--nod", "a", message: "there is no option '--nod'",
            hint: "did you mean '--node'? see 'robbieblocks build --help'"),
        Fault(
            "build", "--nod=a", message: "there is no option '--nod'",
            hint: "did you mean '--node'? see 'robbieblocks build --help'"),
        Fault(
            "build", "-n", message: "there is no option '-n'",
            hint: "see 'robbieblocks build --help'"),
        Fault(
            "--port", "80", message: "there is no option '--port'",
            hint: "options come after the command: 'robbieblocks serve --port'; "
                + "see 'robbieblocks --help'"),
        Fault(
            "biuld", message: "there is no command 'biuld'",
            hint: "did you mean 'build'? see 'robbieblocks --help'"),
        Fault(
            "render-worke", message: "there is no command 'render-worke'",
            hint: "see 'robbieblocks --help'"),
        Fault(
            "db", "statsu", message: "there is no command 'db statsu'",
            hint: "did you mean 'status'? see 'robbieblocks db --help'"),
        Fault(
            "db", message: "'robbieblocks db' needs a command",
            hint: "there is 'start', 'stop', 'status'; see 'robbieblocks db --help'"),
        Fault(
            "build", "--node", message: "--node needs a value",
            hint: "write --node NODE; see 'robbieblocks build --help'"),
        Fault(
            "build", "--node", "--all",
            message: "--node needs a value, and '--all' looks like an option",
            hint: "write --node=--all if it is the value; see 'robbieblocks build --help'"),
        Fault(
            "build", "--node", "--", "a", message: "--node needs a value",
            hint: "write --node NODE; see 'robbieblocks build --help'"),
        Fault(
            "build", "--node=", message: "--node needs a value that is not empty",
            hint: "see 'robbieblocks build --help'"),
        Fault(
            "build", "--all=yes", message: "--all takes no value",
            hint: "see 'robbieblocks build --help'"),
        Fault(
            "build", "--output", "a", "--output", "b", message: "--output is given twice",
            hint: "it takes one value; see 'robbieblocks build --help'"),
        Fault(
            "serve", message: "--node is missing",
            hint: "add --node NODE; see 'robbieblocks serve --help'"),
        Fault(
            "serve", "--port", "http", message: "--port takes a whole number, not 'http'",
            hint: "see 'robbieblocks serve --help'"),
        Fault(
            "serve", "--port", "70000",
            message: "--port takes a number from 1 to 65535, not 70000",
            hint: "see 'robbieblocks serve --help'"),
        Fault(
            "serve", "--port", "-1", message: "--port takes a number from 1 to 65535, not -1",
            hint: "see 'robbieblocks serve --help'"),
        Fault(
            "serve", "--port", "99999999999999999999",
            message: "--port takes a whole number, not '99999999999999999999'",
            hint: "see 'robbieblocks serve --help'"),
        Fault(
            "build", "--format", "txt", message: "--format takes text or dot, not 'txt'",
            hint: "did you mean 'text'? see 'robbieblocks build --help'"),
        Fault(
            "build", "testpilot", message: "'testpilot' is not expected here",
            hint: "see 'robbieblocks build --help'"),
        Fault(
            "psql", "a", "b", message: "'b' is not expected here",
            hint: "put ARGS after '--'; see 'robbieblocks psql --help'"),
        Fault("why", message: "PAGE is missing", hint: "see 'robbieblocks why --help'"),
        Fault(
            "completions", "fish", message: "SHELL takes bash or zsh, not 'fish'",
            hint: "see 'robbieblocks completions --help'"),
        Fault(
            "help", "biuld", message: "there is no command 'biuld'",
            hint: "did you mean 'build'? see 'robbieblocks --help'"),
    ])
    func faultsOfTheCallAreNamed(_ fault: Fault) {
        #expect(throws: Diagnostic(.usage, fault.message, hint: fault.hint)) {
            try Example.program.parse(fault.arguments)
        }
    }
}
