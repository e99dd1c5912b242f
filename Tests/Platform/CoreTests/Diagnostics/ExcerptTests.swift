import Core
import Testing

@Suite struct ExcerptTests {
    private func rows(_ text: String, line: Int, column: Int?) -> [String]? {
        Diagnostic.Excerpt(of: text, line: line, column: column)?.rows()
    }

    @Test func showsTwoLinesBeforeAndAfter() {
        let text = (8...13).reduce(into: String(repeating: "\n", count: 7)) { $0 += "line \($1)\n" }
        #expect(
            rows(text, line: 10, column: 6) == [
                "   8 | line 8", "   9 | line 9", "> 10 | line 10", "     |      ^",
                "  11 | line 11", "  12 | line 12",
            ])
    }

    @Test(arguments: [
        ("one", 1, 1, ["> 1 | one", "    | ^"]),
        ("one\r\n\ttwo\r\n", 2, 2, ["  1 | one", "> 2 |     two", "    |     ^", "  3 |"]),
        ("\n\nend", 3, nil, ["  1 |", "  2 |", "> 3 | end"]),
        // A column behind the end, as of what is missing there.
        ("f(", 1, 3, ["> 1 | f(", "    |   ^"]),
        ("f(", 1, 40, ["> 1 | f(", "    |   ^"]),
        ("e\u{301}日x", 1, 4, ["> 1 | e\u{301}日x", "    |    ^"]),
    ])
    func pointsAtTheColumn(_ text: String, line: Int, column: Int?, rows: [String]) {
        #expect(self.rows(text, line: line, column: column) == rows)
    }

    @Test(arguments: [("", 1), ("one", 2), ("one", 0), ("\n \n", 2), ("one", -1)])
    func isNothingWhereNoCodeIs(_ text: String, line: Int) {
        #expect(rows(text, line: line, column: 1) == nil)
    }

    @Test func linesThatAreFoundOnceGiveTheSame() {
        let text = "one\r\n\ntwo \u{65E5}\nthree\n\tfour\nfive\n"
        let lines = Diagnostic.Excerpt.Lines(Array(text.utf8))
        for line in -1...9 {
            let excerpt = Diagnostic.Excerpt(of: lines, line: line, column: 2)
            #expect(excerpt == Diagnostic.Excerpt(of: text, line: line, column: 2))
            #expect((excerpt == nil) == !(1...7).contains(line))
        }
    }

    /// Minified code is one long line.
    @Test func longLinesAreCutAroundTheColumn() throws {
        let text = String(repeating: "a", count: 5000) + "!" + String(repeating: "b", count: 5000)
        let excerpt = try #require(Diagnostic.Excerpt(of: text, line: 1, column: 5001))
        #expect(excerpt.lines[0].count < 170)
        let prefix = try #require(excerpt.prefix)
        #expect(excerpt.lines[0].hasPrefix(prefix + "!b"))
        #expect(prefix.hasPrefix("…") && prefix.count == 61)
    }

    @Test func doesNotTellFaultsApart() {
        let fault = Diagnostic(.syntaxError, "no", at: .init(line: 1))
        var other = fault
        other.excerpt = .init(of: "x", line: 1, column: 1)
        #expect(fault == other && Set([fault, other]).count == 1)
    }
}
