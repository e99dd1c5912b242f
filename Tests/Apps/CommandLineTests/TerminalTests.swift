import CommandLine
import Testing

@Suite struct TerminalTests {
    @Test(
        arguments: [
            (true, ["TERM": "xterm"], true), (true, [:], true), (true, ["NO_COLOR": ""], true),
            (true, ["NO_COLOR": "1"], false), (true, ["TERM": "dumb"], false),
            (false, ["TERM": "xterm"], false),
        ] as [(Bool, [String: String], Bool)])
    func colorNeedsATerminalThatWantsIt(
        _ isTerminal: Bool, _ environment: [String: String], _ usesColor: Bool
    ) {
        let terminal = RecordedOutput().terminal(isTerminal: isTerminal, environment: environment)
        #expect(terminal.usesColor == usesColor)
        #expect(
            terminal.styled("x", .green) == (usesColor ? "\u{1B}[32mx\u{1B}[0m" : "x"))
    }

    @Test func withoutColorATerminalIsStillInteractive() {
        let terminal = RecordedOutput().terminal(isTerminal: true, environment: ["NO_COLOR": "1"])
        #expect(terminal.isInteractive)
    }

    @Test func writesInOrder() {
        let output = RecordedOutput()
        let terminal = output.terminal()
        terminal.write("a")
        terminal.writeLine("b")
        terminal.writeLine("c")
        #expect(output.text == "ab\nc\n")
    }
}
