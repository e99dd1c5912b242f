import Markdown
import TestSupport
import Testing

/// Code in fences has classes by its language, and stays the same text.
@Suite struct HighlightTests {
    private func html(_ markdown: String, trusted: Bool = false) throws -> String {
        String(
            decoding: try MarkdownRenderer().render(Array(markdown.utf8), trusted: trusted).html,
            as: UTF8.self)
    }

    private static let examples: [(language: String, code: String, parts: [String])] = [
        (
            "sql", "SELECT count(*) FROM pages -- all\nWHERE key = 'it''s' AND n > 1.5;",
            [
                "k SELECT", "t count", "k FROM", "c -- all", "k WHERE", "k key", "s 'it'", "s 's'",
                "k AND",
                "n 1.5",
            ]
        ),
        ("sql", "LEFT JOIN a; left(b, 1)", ["k LEFT", "k JOIN", "t left", "n 1"]),
        ("SQL", "DO $c$ x 'y' $c$", ["k DO", "s $c$ x 'y' $c$"]),
        (
            "tsx", "export default ({ a }: Props) => <p id=\"x\">{a.default}</p>; // end",
            ["k export", "k default", "t Props", "k p", "s \"x\"", "k p", "c // end"]
        ),
        (
            "js", "let s = `a\n${b}`; f(0x1F, null)",
            ["k let", "s `a\n${b}`", "t f", "n 0x1F", "n null"]
        ),
        (
            "json", #"{"a": "b\"c", "d": [1, true]}"#,
            [#"t "a""#, #"s "b\"c""#, #"t "d""#, "n 1", "n true"]
        ),
        (
            "css", "@media { a { color: #8B5CF6; margin: 2rem } }",
            ["k @media", "t color", "n #8B5CF6", "t margin", "n 2rem"]
        ),
        (
            "sh", "make demo # now\necho \"$HOME\" | grep -c x",
            ["t make", "c # now", "t echo", "s \"$HOME\"", "t grep"]
        ),
        ("bash", "if test done; then echo fi; fi", ["k if", "t test", "k then", "t echo", "k fi"]),
        ("jsx", "<p>don't</p>", ["k p", "k p"]),
        ("py", "f'a' + rb'b' + x'c'", ["s 'a'", "s 'b'"]),
        ("sql", "SELECT $1, $a$ b", ["k SELECT", "n 1", "s $a$ b\n"]),
        (
            "html", "<!-- a --><p class=\"b\">c</p>",
            ["c <!-- a -->", "k p", "t class", "s \"b\"", "k p"]
        ),
        ("swift", "func f() -> Int { 3 } /* x", ["k func", "t f", "t Int", "n 3", "c /* x\n"]),
        ("python", "def f(x): return None  # y", ["k def", "t f", "k return", "n None", "c # y"]),
        ("yaml", "name: x # y\nlist:\n  - 1", ["t name", "c # y", "t list", "n 1"]),
    ]

    /// The parts of highlighted code, each with the letter of its class.
    private static func parts(of html: String) -> [String] {
        html.matches(of: /<span class="tok-(.)">([^<]*)<\/span>/).map {
            "\($0.output.1) \(unescaped(String($0.output.2)))"
        }
    }

    private static func unescaped(_ text: String) -> String {
        text.replacing("&lt;", with: "<").replacing("&gt;", with: ">")
            .replacing("&quot;", with: "\"").replacing("&amp;", with: "&")
    }

    private static func code(in html: String) throws -> String {
        let inside = try #require(html.firstMatch(of: /(?s)<code[^>]*>(.*)<\/code>/)).output.1
        return unescaped(String(inside).replacing(/<\/?span[^>]*>/, with: ""))
    }

    @Test func tellsPartsApart() throws {
        for (language, code, parts) in Self.examples {
            let html = try html("```\(language)\n\(code)\n```")
            #expect(Self.parts(of: html) == parts, "\(language)")
            #expect(try Self.code(in: html) == code + "\n")
        }
    }

    /// Whatever the language, and wherever the code is cut off, its text is the code.
    @Test func keepsTheText() throws {
        let languages = ["sql", "js", "json", "css", "html", "sh", "swift", "python", "yaml", "go"]
        var random = SeededGenerator(seed: 8)
        let pieces = [
            "'", "\"", "`", "\"\"\"", "\\", "$", "$$", "$a$", "/*", "*/", "--", "//", "#", "<",
            "</",
            "<!--", "&", ";", "\n", " ", "\t", "a", "Key:", "select", "0", "1.", "é", "\u{1F600}",
            "@x", "-",
        ]
        for round in 0..<400 {
            let code = (0..<Int.random(in: 1...24, using: &random))
                .map { _ in pieces[Int.random(in: pieces.indices, using: &random)] }.joined()
            let language = languages[round % languages.count]
            let html = try html("~~~~~~\(language)\n\(code)\n~~~~~~")
            #expect(try Self.code(in: html) == code + "\n", "\(language): \(code)")
        }
    }

    @Test func leavesOtherCodeAsItIs() throws {
        for fence in ["", "text", "brainfuck", "sqlite3-dialect-x"] {
            let html = try html("```\(fence)\nSELECT 1\n```")
            #expect(!html.contains("<span") && !html.contains("data-language"))
        }
        #expect(try !html("    SELECT 1").contains("<span"))
        #expect(try !html("`SELECT 1`").contains("<span"))
    }

    /// The language has a name that a style sheet can show.
    @Test func namesTheLanguage() throws {
        #expect(
            try html("```tsx\na\n```").hasSuffix(
                "data-language=\"TypeScript\"><code class=\"language-tsx\">a\n</code></pre>\n"))
        let raw = try html(
            "<div>x</div>\n\n<pre data-language=\"SQL\">a</pre>\n\n<pre data-language=\"b\">c</pre>"
        )
        #expect(raw.ranges(of: "data-language").count == 1, "\(raw)")
        let omissions = try MarkdownRenderer().render(
            Array("<pre data-language=b>c</pre>".utf8), trusted: false
        ).omissions
        #expect(omissions.map(\.what) == ["data-language of <pre>"])
    }

    @Test func knowsALanguageWithMarksAroundIt() throws {
        for (information, title) in [
            ("rust,ignore", "Rust"), ("js{1,3}", "JavaScript"), ("{.python}", "Python"),
            ("jsx:title=a", "JavaScript"), ("Swift a", "Swift"),
        ] {
            #expect(
                try html("``` \(information)\na\n```").contains("data-language=\"\(title)\""),
                "\(information)")
        }
    }

    /// A document with raw HTML is rebuilt with the same code, and admits no other classes.
    @Test func survivesRebuilding() throws {
        let fence = "```sql\nSELECT 1\n```"
        let rebuilt = try html("<div>x</div>\n\n\(fence)\n\n<span class=\"button\">y</span>")
        #expect(Self.parts(of: rebuilt) == ["k SELECT", "n 1"])
        #expect(rebuilt.contains(try html(fence)))
        #expect(!rebuilt.contains("button"))
        #expect(try Self.parts(of: html(fence, trusted: true)) == ["k SELECT", "n 1"])
    }

    /// The time follows the length of the code, whatever opens in it and is never closed.
    @Test func takesTimeByLength() throws {
        let languages = ["sql", "js", "json", "css", "html", "sh", "swift", "python", "yaml", "go"]
        let pieces = [
            "$a$b", "$$", "'", "\"", "`", "\"\"\"", "/*", "<!--", "a ", "a", "@", "$a", "#a", "-",
            "=\"",
            "<", "</", "\\", "a:", "1.", "\"a\" ", "'\n", "f'", "é",
        ]
        for (index, piece) in pieces.enumerated() {
            for language in index == 0 ? ["sql"] : languages {
                let isInProportion = try ProcessorTime.growsWithSize(upTo: 4000) { size in
                    // Distinct marks, so that none of them closes another.
                    let code = (0..<size).map { piece == "$a$b" ? "$a\($0)$" : piece }.joined()
                    _ = try html("~~~~~~\(language)\n\(code)\n~~~~~~")
                }
                #expect(isInProportion, "\(piece) in \(language)")
            }
        }
    }

    /// Code of very many parts does not multiply the size of the page.
    @Test func hasALimit() throws {
        let html = try html("```js\n\(String(repeating: "1 ", count: 100_000))\n```")
        #expect(html.count(of: "<span") == 20_000)
        #expect(html.utf8.count < 2 << 20)
    }
}

extension String {
    fileprivate func count(of text: String) -> Int { ranges(of: text).count }
}
