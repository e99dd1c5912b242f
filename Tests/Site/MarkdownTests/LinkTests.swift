import Markdown
import Testing

@Suite("Links") struct LinkTests {
    @Test(
        "a page that is not trusted may link here",
        arguments: [
            "/a", "a/b", "../a", "#x", "?a=b:c", "", "https://a.example/", "HTTP://a.example",
            "mailto:a@b.example", "tel:+49", "/a:b", "ftp://a.example", "irc://a.example/b",
            "sms:+100", "geo:1,2", "xmpp:a@b", "matrix:u/a", "magnet:?x", "whatsapp://send",
        ]) func allowed(url: String) throws
    {
        #expect(try html("[x](<\(url)>)").contains("<a href=\"\(url)\""))
        #expect(try html("<a href=\"\(url)\">x</a>").contains("<a href=\"\(url)\""))
    }

    @Test(
        "but not here",
        arguments: [
            "javascript:alert(1)", "JAVASCRIPT:x", "vbscript:x", "data:text/html,x",
            "data:image/png;base64,AA", "blob:https://a/b", "file:///x", "///a.example",
            "ssh://a", "intent:x",
            "\\\\\\\\a.example", "/\\\\a.example", "java&Tab;script:x", "&#1;javascript:x",
            "javascript&colon;x", "x:y",
            "https:a", "http:/a", "https:///a", "a b:c", "&#106;avascript:x",
        ]) func refused(url: String) throws
    {
        #expect(try html("[text](<\(url)>)") == "<p>text</p>\n")
        let isEscaped = url.contains("\\\\")
        let raw = isEscaped ? String(url.replacing("\\\\", with: "\\")) : url
        #expect(try html("<a href=\"\(raw)\">text</a>") == "<p>text</p>\n")
    }

    @Test("images come from the site or over https") func images() throws {
        #expect(try html("![a](https://b.example/c)").contains("<img src=\"https://b.example/c\""))
        #expect(try html("![a](//b.example/c)").contains("<img src=\"https://b.example/c\""))
        for url in ["data:image/png;base64,AA+/=", "DATA:image/SVG+xml,%3Csvg/%3E"] {
            #expect(try html("![a](\(url))").contains("<img src=\"\(url)\""))
            #expect(try html("<img src=\"\(url)\">").contains("<img src=\"\(url)\""))
        }
        for url in [
            "http://b.example/c", "data:text/html,x", "data:image/pngx,", "mailto:x@y", "///b/c",
        ] {
            #expect(try html("![a & *b*](\(url))") == "<p>a &amp; b</p>\n")
            #expect(try html("<img alt=\"a &amp; b\" src=\"\(url)\">") == "a &amp; b\n")
        }
    }

    @Test("a link without a scheme leads to https") func schemeRelative() throws {
        let link = "<a href=\"https://cdn.example/doc\" rel=\"noopener noreferrer\">doc</a>"
        #expect(try html("[doc](//cdn.example/doc)") == "<p>\(link)</p>\n")
        #expect(try html("<a href=\"//cdn.example/doc\">doc</a>") == "<p>\(link)</p>\n")
    }

    @Test("what the page does not show is listed with its line") func omissions() throws {
        let source = """
            <video controls src="/a.mp4"></video>

            <iframe src="https://video.example/embed/1"></iframe>

            <span class="note" style="color:red">note</span>

            [a](javascript:x) ![b](http://c.example/d)
            """
        #expect(
            try render(source).omissions == [
                Omission(line: 1, what: "<video>"), Omission(line: 3, what: "<iframe>"),
                Omission(line: 5, what: "class of <span>"),
                Omission(line: 5, what: "style of <span>"),
                Omission(line: 7, what: "the link to 'javascript:x'"),
                Omission(line: 7, what: "the picture 'http://c.example/d'"),
            ])
        #expect(try render("[a](javascript:x)\n![b](http://c.example/d)").omissions.count == 2)
        #expect(try render(source, trusted: true).omissions.isEmpty)
        #expect(try render("<p align=center>a <img src=/b loading=lazy></p>").omissions.isEmpty)
        #expect(try render(String(repeating: "<u-x>\n\n", count: 90)).omissions.count == 50)
    }

    @Test("a link inside a link is text") func nested() throws {
        let rendered = try html("[a www.b.example c](/d)")
        #expect(rendered.components(of: "<a ") == 1)
        #expect(rendered.components(of: "</a>") == 1)
    }

    @Test("links and images are listed with their lines") func list() throws {
        let source =
            "# [a](/a)\n\ntext\n[b](/b?x&y) and\n![c](/ü.png)\n\n- x\n- [d]\n\n| t |\n|---|\n| [e](#e) |\n\n[d]: <d e>\n"
        let expected = [
            Link(destination: "/a", line: 1), Link(destination: "/b?x&y", line: 4),
            Link(destination: "/ü.png", line: 5),
            Link(destination: "d e", line: 8), Link(destination: "#e", line: 12),
        ]
        #expect(try render(source).links == expected)
        #expect(try render(source, trusted: true).links == expected)
        #expect(try render(source + "\n<br>\n").links == expected)
    }

    @Test("links of raw HTML are listed too", arguments: [true, false]) func raw(trusted: Bool)
        throws
    {
        let source =
            "a\n\n<div>\n<p>\n<a href=\"/x?a&amp;b\">x</a>\n<img src=/y.png>\n</div>\n\ntext <a href='/z'>z</a>\n"
        #expect(
            try render(source, trusted: trusted).links == [
                Link(destination: "/x?a&b", line: 5), Link(destination: "/y.png", line: 6),
                Link(destination: "/z", line: 9),
            ])
    }

    @Test("what is refused is not listed") func refusedIsNotListed() throws {
        #expect(try render("[a](javascript:x) ![b](http://c.example/d)").links.isEmpty)
    }
}

extension String {
    /// How often `text` occurs.
    func components(of text: String) -> Int { ranges(of: text).count }
}
