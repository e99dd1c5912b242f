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

    @Test("raw headings get ids too, and never the page's own") func raw() throws {
        let rendered = try render("<h2 id=\"main\" name=x>A <b>&amp; b</b></h2>\n\n# A & b\n")
        #expect(
            rendered.headings == [
                Heading(level: 2, id: "a--b-1", text: "A & b"),
                Heading(level: 1, id: "a--b", text: "A & b"),
            ])
        #expect(
            String(decoding: rendered.html, as: UTF8.self).hasPrefix(
                "<h2 id=\"a--b-1\">A <b>&amp; b</b></h2>"))
    }

    @Test("raw HTML elsewhere changes no heading's id") func idsAreTheHeadingsOwn() throws {
        let source = "## Title[^1]\n\n## a  b\n\nmulti\nline  two\n---\n\n[^1]: note\n"
        let ids = ["title", "a--b", "multi-line--two"]
        for suffix in ["", "\n<!-- nothing -->\n", "\n<br>\n", "\n<h3>Title</h3>\n"] {
            for trusted in [true, false] {
                let found = try render(source + suffix, trusted: trusted).headings.map(\.id)
                #expect(found.starts(with: ids), "\(suffix)")
            }
        }
    }

    @Test("anchors that the document gives by itself are kept", arguments: [true, false])
    func explicit(trusted: Bool) throws {
        let source = """
            <a id="install"></a>

            ## Setting up

            <a name="old-name"></a>

            <span id="usage">Usage</span>

            <h2 id="own">Own</h2>

            ## Options *of* a_b {#opts_all}
            """
        let rendered = try render(source, trusted: trusted)
        let text = String(decoding: rendered.html, as: UTF8.self)
        for id in ["install", "usage", "own", "opts_all"] {
            #expect(text.components(of: "id=\"\(id)\"") == 1, "\(id)")
        }
        let anchor = trusted ? "<a name=\"old-name\">" : "<a id=\"old-name\">"
        #expect(text.contains(anchor))
        #expect(text.contains("<h2 id=\"opts_all\">Options <em>of</em> a_b</h2>"))
        #expect(rendered.headings.last?.text == "Options of a_b")
        #expect(rendered.omissions.isEmpty)
    }

    @Test("no heading gets an id that raw HTML has, above it or below") func taken() throws {
        for source in ["<div id=\"setup\">box</div>\n\n## Setup", "## Setup\n\n<i id=setup>a</i>"] {
            for trusted in [true, false] {
                let rendered = try render(source, trusted: trusted)
                #expect(rendered.headings.map(\.id) == ["setup-1"])
            }
        }
        let doubled = try render("## A {#x}\n\n## B {#x}\n\n<b id=x>c</b>")
        #expect(doubled.headings.map(\.id) == ["x", "b"])
        #expect(doubled.omissions.map(\.line) == [3, 5])
    }

    @Test(
        "what is no id stays text",
        arguments: ["A {#}", "A {#a b}", "A {#main}", "A {#fn:1}", "A {#a\\<b}", "{x}", "A {b}"])
    func noID(text: String) throws {
        let rendered = try render("## \(text)")
        #expect(rendered.headings[0].text.contains("{"))
    }

    @Test("a long heading has a short id") func long() throws {
        let id = try #require(
            try render("# " + String(repeating: "wörter ", count: 500)).headings.first?.id)
        #expect(id.utf8.count <= 140)
        #expect(id.hasPrefix("wörter-wörter"))
        #expect(!id.hasSuffix("-"))
    }
}
