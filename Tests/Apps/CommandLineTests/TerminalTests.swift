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

    /// Text from rows is shown, not obeyed, also inside a style.
    @Test(arguments: [false, true])
    func aLineHasNoControlCharacters(usesColor: Bool) {
        let output = RecordedOutput()
        let terminal = output.terminal(
            isTerminal: true, environment: usesColor ? [:] : ["NO_COLOR": "1"])
        let name = "a\u{1B}]0;x\u{7}\u{202E}b\n\u{9B}31m\u{1B}[2Jc"
        terminal.writeLine("\(terminal.styled(name, .bold))  \(name)")
        let shown = #"a\u{1B}]0;x\u{7}\u{202E}b \u{9B}31m\u{1B}[2Jc"#
        let styled = usesColor ? "\u{1B}[1m\(shown)\u{1B}[0m" : shown
        #expect(output.text == "\(styled)  \(shown)\n")
        let json = RecordedOutput()
        json.terminal().writeJSON("[\"\u{202E}\u{9B}\"]")
        #expect(json.text == #"["\u202e\u009b"]"# + "\n")
    }
}
