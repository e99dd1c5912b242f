import Markdown
import Testing

@Suite("Headings") struct HeadingTests {
    @Test(
        "an id is the heading's text",
        arguments: [
            ("Hello World", "hello-world"), ("A & B: c_d-e!", "a--b-c_d-e"),
            ("*Über* `uns`", "über-uns"),
            ("日本語 テスト", "日本語-テスト"), ("Straße ИЖ", "straße-иж"), ("!!!", "section"),
            ("- -", "section"),
            ("Main", "main-1"), ("[a](/b) ![c](/d)", "a-c"), ("e\u{301}t", "e\u{301}t"),
            ("🚀 Go!", "go"),
        ]) func slug(text: String, id: String) throws
    {
        let rendered = try render("## \(text)")
        #expect(rendered.headings.map(\.id) == [id])
        #expect(String(decoding: rendered.html, as: UTF8.self).hasPrefix("<h2 id=\"\(id)\">"))
    }

    @Test("no two headings share an id, whatever they are called") func unique() throws {
        let names = ["a", "a-1", "a", "a", "a-1", "A 1", "a-1-1", "", "section", "main", "main-1"]
        let ids = try render(names.map { "# \($0)" }.joined(separator: "\n\n")).headings.map(\.id)
        #expect(ids.count == names.count)
        #expect(Set(ids).count == ids.count)
        #expect(!ids.contains("main") && !ids.contains(""))
        #expect(ids.prefix(4) == ["a", "a-1", "a-2", "a-3"])
    }

    @Test("level, id and text of each heading") func list() throws {
        let expected = [
            Heading(level: 1, id: "one-two", text: "One & two"),
            Heading(level: 3, id: "three", text: "three"),
        ]
        let source = "# One & *two*\n\n### `three`\n"
        let withID = expected.map {
            Heading(level: $0.level, id: $0.level == 1 ? "one--two" : $0.id, text: $0.text)
        }
        #expect(try render(source).headings == withID)
        #expect(try render(source + "\n<br>").headings == withID)
    }

    @Test("raw headings get ids too, and never the one they ask for") func raw() throws {
        let rendered = try render("<h2 id=\"main\" name=x>A <b>&amp; b</b></h2>\n\n# A & b\n")
        #expect(
            rendered.headings == [
                Heading(level: 2, id: "a--b", text: "A & b"),
                Heading(level: 1, id: "a--b-1", text: "A & b"),
            ])
        #expect(
            String(decoding: rendered.html, as: UTF8.self).hasPrefix(
                "<h2 id=\"a--b\">A <b>&amp; b</b></h2>"))
    }

    @Test("a long heading has a short id") func long() throws {
        let id = try #require(
            try render("# " + String(repeating: "wörter ", count: 500)).headings.first?.id)
        #expect(id.utf8.count <= 140)
        #expect(id.hasPrefix("wörter-wörter"))
        #expect(!id.hasSuffix("-"))
    }
}
