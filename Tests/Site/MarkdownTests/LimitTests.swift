import Glibc
import Markdown
import Testing

@Suite("Limits") struct LimitTests {
    @Test("a source over the limit") func input() {
        let limits = MarkdownRenderer.Limits(inputBytes: 10)
        #expect(throws: MarkdownError(code: .inputTooLarge, limit: 10)) {
            try render("01234567890", limits: limits)
        }
        #expect(throws: Never.self) { try render("0123456789", limits: limits) }
    }

    @Test("an output over the limit", arguments: [false, true]) func output(trusted: Bool) {
        let limits = MarkdownRenderer.Limits(outputBytes: 1000)
        #expect {
            try render(
                "a\n\n" + String(repeating: "b <i>c</i>\n\n", count: 200), trusted: trusted,
                limits: limits)
        } throws: {
            ($0 as? MarkdownError)?.code == .outputTooLarge
        }
    }

    @Test("an output just within the limit", arguments: [1, 7, 63, 64, 65, 4000]) func exact(
        length: Int
    ) throws {
        let source = String(repeating: "x", count: length)
        let exact = MarkdownRenderer.Limits(outputBytes: length + 8)
        #expect(try render(source, limits: exact).html.count == length + 8)
        let less = MarkdownRenderer.Limits(outputBytes: length + 7)
        #expect(throws: MarkdownError.self) { try render(source, limits: less) }
    }

    @Test("a link definition used often") func expansion() {
        let source =
            "[a]: /" + String(repeating: "u", count: 4000) + "\n\n"
            + String(repeating: "[a] ", count: 2000)
        #expect { try render(source, limits: .init(outputBytes: 1 << 20)) } throws: {
            guard let error = $0 as? MarkdownError else { return false }
            return error.code == .outputTooLarge && error.line == 3
        }
    }

    @Test(
        "nesting over the limit names its line",
        arguments: [
            ("a\n\n" + String(repeating: "> ", count: 11) + "x", 3),
            ("a\n\n" + String(repeating: "- ", count: 11) + "x", 3),
            (String(repeating: "*a **b ", count: 11) + String(repeating: " c** d*", count: 11), 1),
            ("a\n\n<br>\n\n" + String(repeating: "<div>\n", count: 40), 41),
        ]) func nesting(source: String, line: Int) throws
    {
        let error = #expect(throws: MarkdownError.self) {
            try render(source, limits: .init(nesting: 10))
        }
        #expect(error?.code == .nestingTooDeep)
        #expect(error?.line ?? 0 <= line)
        #expect(throws: Never.self) { try render(source, limits: .init(nesting: 40)) }
    }

    /// Of this thread: other work on the machine does not count.
    private static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    @Test("what makes cmark explode ends early", arguments: HostileDocuments.explosive.indices)
    func explosive(index: Int) {
        let (name, source) = HostileDocuments.explosive[index]
        let start = Self.processorSeconds()
        _ = try? render(source)
        let spent = Self.processorSeconds() - start
        // Without bounds the worst of these take minutes.
        #expect(spent < 5, "\(name) took \(spent) s of processor time")
    }

    @Test("a wide table with short rows is refused, with its line") func wideTable() {
        let source =
            "a\n\n|" + String(repeating: "a|", count: 900) + "\n|"
            + String(repeating: "-|", count: 900) + "\n"
            + String(repeating: "x\n", count: 3000)
        #expect {
            try render(source)
        } throws: {
            guard let error = $0 as? MarkdownError, let line = error.line else { return false }
            return error.code == .tooComplex && (5..<3000).contains(line)
        }
    }

    @Test("long but honest documents pass") func honest() throws {
        let table =
            "| a | b | c |\n|---|---|---|\n"
            + String(repeating: "| [x](/y) | **b** | `c` |\n", count: 5000)
        let list = String(
            repeating: "- **a** [b](/c) https://d.example/e?f=g and _h_\n", count: 5000)
        let code =
            "```yaml\n"
            + String(repeating: "---\n  - key: [a, b]\n    value: \"*c*\"\n\n", count: 5000)
            + "```\n"
        let text = String(
            repeating: "## Heading\n\nWords *and* words, \"quoted\" (so) [far](/x)!\n\n",
            count: 5000)
        for source in [table, list, code, text] {
            #expect(try render(source).html.count > source.utf8.count)
        }
    }

    @Test("after an error the next document is rendered") func recovery() throws {
        for _ in 0..<3 {
            #expect(throws: MarkdownError.self) {
                try render(String(repeating: "[", count: 500_000))
            }
            #expect(try html("~~a~~ | b\n\nwww.a.example").contains("<del>a</del>"))
        }
    }

    @Test("errors say what to do") func description() {
        let error = MarkdownError(code: .nestingTooDeep, limit: 64, line: 7)
        #expect(error.description.hasPrefix("line 7: "))
        #expect(error.description.contains("64"))
    }
}
