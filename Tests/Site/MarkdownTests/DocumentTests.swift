import Markdown
import Testing

@Suite("Documents") struct DocumentTests {
    @Test(
        "what CommonMark says",
        arguments: [
            ("a\nb  \nc", "<p>a\nb<br>\nc</p>\n"),
            ("*a* **b** `c<d`", "<p><em>a</em> <strong>b</strong> <code>c&lt;d</code></p>\n"),
            ("1 < 2 & \"x\" > y", "<p>1 &lt; 2 &amp; &quot;x&quot; &gt; y</p>\n"),
            ("&auml; &#65; \\*x\\*", "<p>ä A *x*</p>\n"),
            ("> a\n> b", "<blockquote>\n<p>a\nb</p>\n</blockquote>\n"),
            (">", "<blockquote>\n</blockquote>\n"),
            ("***", "<hr>\n"),
            ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
            ("- a\n\n- b", "<ul>\n<li>\n<p>a</p>\n</li>\n<li>\n<p>b</p>\n</li>\n</ul>\n"),
            (
                "- a\n  - b\n    1. c",
                """
                <ul>
                <li>a
                <ul>
                <li>b
                <ol>
                <li>c</li>
                </ol>
                </li>
                </ul>
                </li>
                </ul>

                """
            ),
            ("7. a\n8. b", "<ol start=\"7\">\n<li>a</li>\n<li>b</li>\n</ol>\n"),
            (
                "    let a = 1",
                "<pre tabindex=\"0\" role=\"group\" aria-label=\"Code\"><code>let a = 1\n</code></pre>\n"
            ),
            ("a\u{0}b", "<p>a\u{FFFD}b</p>\n"),
            ("", ""),
        ]) func commonMark(source: String, expected: String) throws
    {
        #expect(try html(source) == expected)
        #expect(try html(source, trusted: true) == expected)
    }

    @Test(
        "names that only screen readers tell",
        arguments: [
            ("en", "Table", "Code", "To do"), ("fr", "Table", "Code", "To do"),
            ("de", "Tabelle", "Programmcode", "Offen"),
            ("DE-ch", "Tabelle", "Programmcode", "Offen"), ("den", "Table", "Code", "To do"),
        ]) func names(language: String, table: String, code: String, task: String) throws
    {
        // With raw HTML, the document is rebuilt. Boxes of Markdown have a label.
        let box = "\n<input type=checkbox disabled>\n"
        for (suffix, names) in [("", [table, code]), (box, [table, code, task])] {
            let source = "| a |\n|---|\n| b |\n\n    code\n" + suffix
            let html = String(
                decoding: try MarkdownRenderer().render(
                    Array(source.utf8), trusted: false, language: language
                ).html, as: UTF8.self)
            for name in names {
                #expect(html.contains("aria-label=\"\(name)\""), "\(language): \(html)")
            }
        }
    }

    @Test("a table with alignments, short and long rows") func table() throws {
        let source = "| a | b | c | d |\n|---|:--|:-:|--:|\n| 1 | *2* | 3 | 4 | 5 |\n| x |\n"
        #expect(
            try html(source) == """
                <div class="table-scroll" tabindex="0" role="group" aria-label="Table"><table>
                <thead>
                <tr>
                <th>a</th>
                <th style="text-align:left">b</th>
                <th style="text-align:center">c</th>
                <th style="text-align:right">d</th>
                </tr>
                </thead>
                <tbody>
                <tr>
                <td>1</td>
                <td style="text-align:left"><em>2</em></td>
                <td style="text-align:center">3</td>
                <td style="text-align:right">4</td>
                </tr>
                <tr>
                <td>x</td>
                <td style="text-align:left"></td>
                <td style="text-align:center"></td>
                <td style="text-align:right"></td>
                </tr>
                </tbody>
                </table></div>

                """)
    }

    @Test("a table without pipes, and one without rows") func smallTables() throws {
        #expect(try html("a\n:-\nb").contains("<td style=\"text-align:left\">b</td>"))
        #expect(
            try html("| a |\n|---|")
                == "<div class=\"table-scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Table\">"
                + "<table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n</table></div>\n")
    }

    @Test("task lists") func tasks() throws {
        #expect(
            try html("- [x] done\n- [ ] open\n- none") == """
                <ul>
                <li><label><input type="checkbox" disabled checked> done</label></li>
                <li><label><input type="checkbox" disabled> open</label></li>
                <li>none</li>
                </ul>

                """)
        #expect(
            try html("- [ ] a\n\n  b").contains(
                "<li>\n<p><label><input type=\"checkbox\" disabled> a</label></p>\n<p>b</p>"))
        // Rebuilding raw HTML beside them changes nothing.
        #expect(
            try html("- [x] a <b>c</b>\n- [ ] d\n\n<input type=checkbox disabled>").hasPrefix(
                """
                <ul>
                <li><label><input type="checkbox" disabled checked> a <b>c</b></label></li>
                <li><label><input type="checkbox" disabled> d</label></li>
                </ul>
                <input type="checkbox" disabled aria-label="To do">
                """))
    }

    /// Elements that may be wider than the page can be scrolled with the keyboard, rebuilt or not.
    @Test("code and tables take the focus, under a name") func scrolledRegions() throws {
        let source = "```sql\nSELECT 1\n```\n\n|a|\n|-|\n|b|\n"
        let direct = try html(source)
        let rebuilt = try html(source + "\n<b>x</b>\n")
        #expect(rebuilt.hasPrefix(direct))
        #expect(direct.ranges(of: "tabindex=\"0\" role=\"group\"").count == 2)
        #expect(
            try html("<pre tabindex=5 role=main>x</pre>\n")
                == "<pre tabindex=\"0\" role=\"group\" aria-label=\"Code\">x</pre>\n")
    }

    @Test("strikethrough") func strikethrough() throws {
        #expect(try html("~~a *b*~~") == "<p><del>a <em>b</em></del></p>\n")
    }

    @Test(
        "addresses become links",
        arguments: [
            (
                "www.example.com.",
                "<p><a href=\"http://www.example.com\" rel=\"noopener noreferrer\">www.example.com</a>.</p>\n"
            ),
            (
                "https://a.example/b?c&d",
                "<p><a href=\"https://a.example/b?c&amp;d\" rel=\"noopener noreferrer\">https://a.example/b?c&amp;d</a></p>\n"
            ),
            ("me@a.example", "<p><a href=\"mailto:me@a.example\">me@a.example</a></p>\n"),
            ("<tel:+4930>", "<p><a href=\"tel:+4930\">tel:+4930</a></p>\n"),
        ]) func autolinks(source: String, expected: String) throws
    {
        #expect(try html(source) == expected)
    }

    @Test(
        "a code block's language is its class when it is a name",
        arguments: [
            ("ruby", " class=\"language-ruby\""), ("c++ title=x", " class=\"language-c++\""),
            ("zig,ignore", " class=\"language-zig\""), ("lua{1,3}", " class=\"language-lua\""),
            ("vue:title=a", " class=\"language-vue\""), ("{.perl}", " class=\"language-perl\""),
            ("text/html", " class=\"language-text/html\""), ("zig a", " class=\"language-zig\""),
            ("a\"b", " class=\"language-a\""), ("&lt;x", ""), ("{", ""), ("", ""),
        ]) func codeLanguage(information: String, expected: String) throws
    {
        #expect(
            try html("``` \(information)\n<a> & \"b\"\n```")
                == "<pre tabindex=\"0\" role=\"group\" aria-label=\"Code\"><code\(expected)>&lt;a&gt; &amp; &quot;b&quot;\n</code></pre>\n"
        )
    }

    @Test("links and images") func linksAndImages() throws {
        #expect(
            try html("[*a*](/b?c=1&d=ü%20 \"t\\\"u\")")
                == "<p><a href=\"/b?c=1&amp;d=%C3%BC%20\" title=\"t&quot;u\"><em>a</em></a></p>\n")
        #expect(
            try html("![a *b*\n`c`](/d.png \"e\")")
                == "<p><img src=\"/d.png\" alt=\"a b c\" title=\"e\" loading=\"lazy\" decoding=\"async\"></p>\n"
        )
        #expect(try html("![](/d.png)").contains("alt=\"\""))
    }

    @Test("footnotes point both ways, and never clash with a heading") func footnotes() throws {
        let rendered = try html("# fn:1\n\na[^x] b[^y] c[^x]\n\n[^y]: second\n[^x]: first\n")
        #expect(rendered.contains("<h1 id=\"fn1\">"))
        #expect(rendered.contains("a<sup><a id=\"fnref:1\" href=\"#fn:1\">1</a></sup>"))
        #expect(rendered.contains("c<sup><a id=\"fnref:1-2\" href=\"#fn:1\">1</a></sup>"))
        #expect(
            rendered.hasSuffix(
                """
                <section class="footnotes">
                <ol>
                <li id="fn:1">
                <p>first <a href="#fnref:1">↩︎</a> <a href="#fnref:1-2">↩︎<sup>2</sup></a></p>
                </li>
                <li id="fn:2">
                <p>second <a href="#fnref:2">↩︎</a></p>
                </li>
                </ol>
                </section>

                """))
        // The same, by way of the rebuilding.
        #expect(
            try html("<br>\n\na[^x] c[^x]\n\n[^x]: first\n").contains(
                "id=\"fnref:1-2\" href=\"#fn:1\""))
    }

    @Test(
        "a footnote leads back whatever it ends with",
        arguments: [
            "code\n\n        x", "- one\n    - two", "> quote",
            "a\n\n    | b |\n    |---|\n    | 1 |",
            "## heading", "text", "",
        ]) func footnoteEnds(note: String) throws
    {
        for suffix in ["", "<br>\n\n"] {
            let rendered = try html("\(suffix)A[^n] B[^n]\n\n[^n]: \(note)\n")
            guard rendered.contains("fn:1") else { continue }
            #expect(rendered.contains("<a href=\"#fnref:1\">"), "\(rendered)")
            #expect(rendered.contains("<a href=\"#fnref:1-2\">"), "\(rendered)")
        }
    }

    @Test("a note that a later note refers to leads back there, too") func nestedNotes() throws {
        let rendered = try html("A[^a] B[^b]\n\n[^a]: one\n[^b]: two[^a]\n")
        #expect(rendered.contains("id=\"fnref:1-2\""))
        #expect(rendered.contains("<a href=\"#fnref:1-2\">"))
    }

    @Test("bytes that are not UTF-8 become U+FFFD") func invalidBytes() throws {
        let rendered = try MarkdownRenderer().render(
            [0x61, 0xFF, 0xC3, 0x28, 0xED, 0xA0, 0x80, 0x62], trusted: false)
        let text = String(validating: rendered.html, as: UTF8.self)
        #expect(text?.hasPrefix("<p>a\u{FFFD}\u{FFFD}(") == true)
        #expect(text?.hasSuffix("\u{FFFD}b</p>\n") == true)
    }

    @Test("many tasks may render at once") func concurrency() async throws {
        let expected = try html("# a\n\n| b |\n|---|\n| <br> |")
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<64 { group.addTask { try html("# a\n\n| b |\n|---|\n| <br> |") } }
            for try await result in group { #expect(result == expected) }
        }
    }
}
