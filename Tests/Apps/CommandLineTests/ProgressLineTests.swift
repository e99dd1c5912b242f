import CommandLine
import Testing

@Suite struct ProgressLineTests {
    private let start = ContinuousClock.now

    @Test func aTerminalsLineIsRewrittenAtMostTenTimesASecond() {
        var line = ProgressLine(mode: .rewritten)
        #expect(
            line.update("rendering", done: 1, total: 9, at: start)
                == "\r\u{1B}[2K\u{1B}[?7lrendering 1/9\u{1B}[?7h")
        #expect(line.update("rendering", done: 2, total: 9, at: start + .milliseconds(99)) == "")
        #expect(
            line.update("rendering", done: 3, total: 9, at: start + .milliseconds(100))
                .contains("rendering 3/9"))
        #expect(
            line.update("rendering", done: 9, total: 9, at: start + .milliseconds(101))
                .contains("rendering 9/9"))
        #expect(
            line.update("writing", done: 0, total: nil, at: start + .milliseconds(102))
                .contains("writing\u{1B}"))
        #expect(line.finish("done") == "\r\u{1B}[2Kdone\n")
        #expect(line.finish("again") == "again\n")
    }

    @Test func elsewhereLinesArePlainAndFew() {
        var line = ProgressLine(mode: .plain)
        var text = ""
        for step in 0...1000 {
            text += line.update(
                "rendering", done: step, total: 1000, at: start + .milliseconds(step))
        }
        text += line.finish("built 1000 pages")
        #expect(text == "rendering 0/1000\nrendering 1000/1000, 1 s\nbuilt 1000 pages\n")
    }

    @Test func aLongPhaseSpeaksEveryTenSeconds() {
        var line = ProgressLine(mode: .plain)
        _ = line.update("rendering", done: 1, total: nil, at: start)
        #expect(line.update("rendering", done: 2, total: nil, at: start + .seconds(9)) == "")
        #expect(
            line.update("rendering", done: 3, total: nil, at: start + .seconds(10))
                == "rendering 3, 10 s\n")
    }

    /// A phase that has nothing to count moves all the same.
    @Test func theLineMovesWhileNothingHappens() {
        var line = ProgressLine(mode: .rewritten)
        _ = line.update("bundling", done: 0, total: nil, at: start)
        #expect(line.tick(at: start + .milliseconds(900)) == "")
        #expect(line.tick(at: start + .milliseconds(1100)).contains("bundling, 1 s\u{1B}"))
        #expect(line.tick(at: start + .milliseconds(1500)) == "")
        #expect(line.tick(at: start + .seconds(3)).contains("bundling, 3 s\u{1B}"))
        #expect(line.clear() == "\r\u{1B}[2K")
        #expect(line.tick(at: start + .seconds(9)) == "")

        var log = ProgressLine(mode: .plain)
        _ = log.update("reading", done: 0, total: nil, at: start)
        #expect(log.tick(at: start + .seconds(9)) == "")
        #expect(log.tick(at: start + .seconds(10)) == "reading, 10 s\n")
        #expect(log.tick(at: start + .seconds(12)) == "")
    }

    @Test func whatIsDoneSoonIsNotShown() {
        var line = ProgressLine(mode: .rewritten, delay: .seconds(1))
        #expect(line.update("reading", done: 0, total: nil, at: start) == "")
        #expect(line.update("rendering", done: 9, total: 9, at: start + .milliseconds(9)) == "")
        #expect(line.clear() == "")
        #expect(line.update("reading", done: 0, total: nil, at: start + .seconds(2)) == "")
        #expect(
            line.update("rendering", done: 1, total: 9, at: start + .seconds(4))
                .contains("rendering 1/9, 2 s"))
    }

    @Test func underJSONNothingIsPrinted() {
        var line = ProgressLine(mode: .silent)
        #expect(line.update("rendering", done: 1, total: 1, at: start) == "")
        #expect(line.clear() == "")
        #expect(line.finish("done") == "")
    }

    @Test func namesFromTheDatabaseCannotSteerTheTerminal() {
        var line = ProgressLine(mode: .plain)
        #expect(
            line.update("a\u{1B}[2J", done: 0, total: nil, at: start) == "a\\u{1B}[2J\n")
    }

    @Test func theReporterChoosesTheModeByItsTerminal() {
        func printed(isTerminal: Bool, isSilent: Bool) -> String {
            let output = RecordedOutput()
            let reporter = ProgressReporter(
                terminal: output.terminal(isTerminal: isTerminal), isSilent: isSilent)
            reporter.update("reading")
            reporter.clear()
            reporter.finish("done")
            return output.text
        }
        #expect(printed(isTerminal: false, isSilent: false) == "reading\ndone\n")
        #expect(
            printed(isTerminal: true, isSilent: false)
                == "\r\u{1B}[2K\u{1B}[?7lreading\u{1B}[?7h\r\u{1B}[2Kdone\n")
        #expect(printed(isTerminal: true, isSilent: true) == "")
    }

    @Test func tasksReportAtOnce() async {
        let output = RecordedOutput()
        let reporter = ProgressReporter(terminal: output.terminal())
        await withTaskGroup { group in
            for number in 1...50 {
                group.addTask { reporter.finish("page \(number)") }
            }
        }
        let lines = output.text.split(separator: "\n").map(String.init)
        #expect(Set(lines) == Set((1...50).map { "page \($0)" }))
    }
}
