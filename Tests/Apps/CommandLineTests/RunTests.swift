import CommandLine
import Core
import Testing

@Suite struct RunTests {
    private func run(
        _ arguments: String...
    ) async -> (code: ExitCode, output: String, errors: String) {
        let output = RecordedOutput()
        let errors = RecordedOutput()
        let code = await ExampleProgram.program.run(
            arguments, version: "1.2.3", output: output.terminal(), errors: errors.terminal())
        return (code, output.text, errors.text)
    }

    @Test func aCommandGivesTheExitCode() async {
        #expect(await run("build", "--all").code == .success)
        #expect(await run("db", "status").code == .content)
    }

    @Test func helpGoesToStandardOutput() async {
        let result = await run("build", "--help")
        #expect(result.code == .success)
        #expect(result.output.hasPrefix("Build the sites of one or more nodes.\n"))
        #expect(result.errors == "")
    }

    @Test func aWrongCallGoesToStandardErrorAndExits2() async {
        let result = await run("biuld")
        #expect(result.code == .usage)
        #expect(result.output == "")
        #expect(
            result.errors == """
                error: there is no command 'biuld' [usage]
                  hint: did you mean 'build'? see 'robbieblocks --help'

                1 error

                """)
    }

    @Test func aCommandsOwnUsageErrorNamesItsHelp() async {
        let result = await run("build")
        #expect(result.code == .usage)
        #expect(
            result.errors.contains(
                "hint: add --node NODE or --all; see 'robbieblocks build --help'"))
    }

    @Test func aThrownDiagnosticIsReportedWithItsExitCode() async {
        let result = await run("build", "--node", "broken")
        #expect(result.code == .environment)
        #expect(result.errors.contains("the database is down\\u{1B}[2J [database-unavailable]"))
    }

    @Test func withJSONErrorsAreJSONOnStandardOutput() async {
        let result = await run("build", "--node", "broken", "--json")
        #expect(result.code == .environment)
        #expect(result.errors == "")
        #expect(
            result.output == """
                [{"code":"database-unavailable","location":{},\
                "message":"the database is down\\u001b[2J","severity":"error"}]

                """)
    }

    @Test func withJSONAWrongCallIsJSONToo() async {
        let result = await run("build", "--json", "--nod", "a")
        #expect(result.code == .usage)
        #expect(result.output.hasPrefix("[{\"code\":\"usage\","))
        #expect(result.errors == "")
    }

    @Test func cancellationIsAnInterruption() async {
        let result = await run("db", "stop")
        #expect(result.code == .environment)
        #expect(result.errors.contains("[interrupted]"))
    }
}
