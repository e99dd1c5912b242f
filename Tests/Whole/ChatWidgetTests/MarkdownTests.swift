import TestSupport
import Testing

/// An answer's Markdown becomes elements from a short list, whatever its text.
@Suite struct MarkdownTests {
    private let script: WidgetScript

    init() throws {
        script = try WidgetScript(
            """
            import { createElement } from "react";
            import { renderToStaticMarkup } from "react-dom/server.browser";
            import { Markdown } from "./chat-markdown-view";
            export { splitBlocks, parseBlock } from "./chat-markdown";
            export const show = (text) => renderToStaticMarkup(createElement(Markdown, { text }));
            export const showOpen = (text) =>
              renderToStaticMarkup(createElement(Markdown, { text, isOpen: true }));
            """)
    }

    private func html(_ markdown: String, isOpen: Bool = false) throws -> String {
        let html = try script.call(isOpen ? "widget.showOpen" : "widget.show", markdown)
        let start = #"<div class="markdown">"#
        #expect(html.hasPrefix(start))
        return String(html.dropFirst(start.count).dropLast("</div>".count))
    }

    @Test(arguments: [
        ("Plain & <simple>", "<p>Plain &amp; &lt;simple&gt;</p>"),
        ("# One ##\n\n#### Four", "<h3>One</h3><h6>Four</h6>"),
        (
            "*a* **b** ***c*** ~~d~~ `e`",
            "<p><em>a</em> <strong>b</strong> <strong><em>c</em></strong> <del>d</del> <code>e</code></p>"
        ),
        ("snake_case_name and 2 * 3 * 4", "<p>snake_case_name and 2 * 3 * 4</p>"),
        ("`` a`b `` and `un", "<p><code>a`b</code> and `un</p>"),
        ("one  \ntwo\\\nthree\nfour", "<p>one<br/>two<br/>three four</p>"),
        (
            "- a\n  - b\n    - c\n- d",
            "<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li><li>d</li></ul>"
        ),
        ("3. x\n4. y\n\n   z", "<ol start=\"3\"><li><p>x</p></li><li><p>y</p><p>z</p></li></ol>"),
        (
            "- [x] done\n- [ ] open",
            "<ul><li class=\"markdown__task\"><span role=\"img\" aria-label=\"Done:\">☑ </span>done</li>"
                + "<li class=\"markdown__task\"><span role=\"img\" aria-label=\"To do:\">☐ </span>open</li></ul>"
        ),
        (
            "> said\n> - so\n\nafter",
            "<blockquote><p>said</p><ul><li>so</li></ul></blockquote><p>after</p>"
        ),
        ("text\n---\nmore", "<p>text</p><hr/><p>more</p>"),
        ("It was\n7. on the list", "<p>It was 7. on the list</p>"),
        (
            "[a](/x/) [b](https://e.org/p_(q)) <mailto:c@d.org>",
            "<p><a href=\"/x/\">a</a> <a href=\"https://e.org/p_(q)\" target=\"_blank\""
                + " rel=\"noopener noreferrer nofollow ugc\">b</a> <a href=\"mailto:c@d.org\">c@d.org</a></p>"
        ),
        (
            "(see https://e.org/a).",
            "<p>(see <a href=\"https://e.org/a\" target=\"_blank\""
                + " rel=\"noopener noreferrer nofollow ugc\">https://e.org/a</a>).</p>"
        ),
        ("&lt;b&gt; &copy; &#65; \\*no\\*", "<p>&lt;b&gt; &amp;copy; A *no*</p>"),
    ])
    func isShownAsElements(markdown: String, expected: String) throws {
        #expect(try html(markdown) == expected)
    }

    @Test func tablesAndCodeCanBeReachedByKeyboard() throws {
        let table = try html("| a | b \\| c |\n|:-:|--:|\n| **1** | `2` |\n| 3 |")
        #expect(
            table.hasPrefix(
                #"<div class="markdown__table" role="region" aria-label="Table" tabindex="0"><table>"#
            ))
        #expect(table.contains(#"<th scope="col" class="markdown__cell--right">b | c</th>"#))
        #expect(table.contains("<td class=\"markdown__cell--center\"><strong>1</strong></td>"))
        #expect(
            table.contains(
                "<td class=\"markdown__cell--center\">3</td><td class=\"markdown__cell--right\"></td>"
            ))
        let code = try html("```sql\nSELECT '<b>';\n\n-- more\n```\nafter")
        #expect(code.contains("<code>SELECT &#x27;&lt;b&gt;&#x27;;\n\n-- more</code>"))
        #expect(code.contains(#"<pre tabindex="0" role="group" aria-label="Code, sql">"#))
        #expect(code.contains(#"<button type="button" class="markdown__copy">Copy code</button>"#))
        #expect(code.hasSuffix("<p>after</p>"))
    }

    static let hostile = [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<!--><img src=x onerror=alert(1)>-->",
        "![x](https://evil.example/pixel.png)", "![x](javascript:alert(1))",
        "![](//evil.example/p)",
        "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](\u{1}javascript:alert(1))",
        "[x](java\u{9}script:alert(1))", "[x](&#106;avascript:alert(1))",
        "[x](data:text/html,<script>)",
        "[x](vbscript:x)", "[x](blob:https://e.org/1)", "[x](file:///etc/passwd)",
        "[x](//evil.example)",
        "[x](/\\evil.example)", "[x](\\\\evil.example)", "[x](https:evil.example)",
        "[x](\u{200B}javascript:alert(1))", "[x](\u{A0}javascript:alert(1))",
        "<javascript:alert(1)>",
        "[a [b](javascript:alert(1)) c](https://e.org)", "[x](https://e.org\" onclick=\"alert(1))",
        "`<b>`<b>", "| <script> |\n|---|\n| [x](javascript:alert(1)) |",
        "- <img src=//evil.example>",
        "> <script>alert(1)</script>", "# [x](javascript:alert(1)) <script>", "```<script>\nx\n```",
        "```x\" onload=\"y\n</code><script>alert(1)</script>\n```",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "[x]: javascript:alert(1)\n\n[x]", "**<script>**", "<a href=\"javascript:alert(1)\">x</a>",
    ]

    /// Tags of the list alone, addresses that begin harmlessly, and no attribute beside the known.
    @Test(arguments: hostile, [false, true])
    func nothingHostileComesThrough(markdown: String, isOpen: Bool) throws {
        let html = try html(markdown, isOpen: isOpen)
        let tags: Set = [
            "p", "h3", "h4", "h5", "h6", "strong", "em", "del", "code", "pre", "a", "br", "hr",
            "ul",
            "ol", "li", "blockquote", "div", "table", "thead", "tbody", "tr", "th", "td", "span",
            "button",
        ]
        let attributes: Set = [
            "class", "href", "target", "rel", "start", "role", "aria-label", "tabindex", "scope",
            "type",
        ]
        for match in html.matches(of: /<\/?([a-zA-Z!][^\s>\/]*)([^>]*)>/) {
            #expect(tags.contains(String(match.1)), "\(html)")
            for attribute in match.2.matches(of: /\s([a-zA-Z-]+)="([^"]*)"/) {
                #expect(attributes.contains(String(attribute.1)), "\(html)")
                guard attribute.1 == "href" else { continue }
                let isHarmless = attribute.2.firstMatch(
                    of: /^(https?:\/\/[^\/\\]|mailto:[^\/]|\/$|\/[^\/\\]|#|\?)/)
                #expect(isHarmless != nil, "\(html)")
            }
        }
    }

    static let document = """
        # Packaging tests

        A test puts your **designs** on a `shelf`, see [how](/how-it-works/).
        Second line of *it*.

        1. First
           - inner one
           - inner **two**

             a paragraph
        2. Second

        | Measure | Share |
        |:--|--:|
        | Found | 64% |
        | Named | 26% |

        ```sql
        SELECT 1;

        -- two
        ```

        > A quotation
        > of two lines

        ---

        The end, with https://e.org/x and ~~nothing~~ more.
        """

    /// Only the last block changes while text is appended.
    @Test func onlyTheLastBlockChangesWhileTextComes() throws {
        let whole = try blocks(of: Self.document)
        #expect(whole.count == 8)
        for length in 1...Self.document.count {
            let part = try blocks(of: String(Self.document.prefix(length)))
            #expect(part.count <= whole.count)
            #expect(Array(part.dropLast()) == Array(whole.prefix(part.count - 1)), "at \(length)")
        }
    }

    private func blocks(of markdown: String) throws -> [String] {
        try script.value("widget.splitBlocks(\(literal(markdown)))", as: [String].self)
    }

    private func literal(_ text: String) throws -> String {
        try script.call("JSON.stringify", text)
    }

    @Test(arguments: [
        ("A **bold", "<p>A <strong>bold</strong></p>"),
        ("A **bold*", "<p>A <strong>bold</strong></p>"),
        ("A `co", "<p>A <code>co</code></p>"),
        ("see [the pa", "<p>see the pa</p>"),
        ("see [the page](/ho", "<p>see the page</p>"),
        ("A *", "<p>A </p>"),
    ])
    func whatIsNotClosedYetIsShownAsItWillBe(markdown: String, expected: String) throws {
        #expect(try html(markdown, isOpen: true) == expected)
    }

    static let large: [(name: String, text: String)] = [
        ("stars", String(repeating: "*a ", count: 33_000)),
        ("brackets", String(repeating: "[", count: 100_000)),
        ("closing brackets", String(repeating: "](", count: 50_000)),
        ("links", String(repeating: "[a](", count: 25_000)),
        ("spaces", "#" + String(repeating: " ", count: 90_000) + "a"),
        ("spaces inside", "a" + String(repeating: " ", count: 90_000) + "b"),
        ("dashes", String(repeating: "-   ", count: 25_000) + "x"),
        ("quotes", String(repeating: ">", count: 100_000)),
        ("quoted lists", String(repeating: "> - ", count: 25_000)),
        (
            "nested lists",
            (0..<3_000).map { String(repeating: " ", count: $0 % 80) + "- a" }
                .joined(separator: "\n")
        ),
        ("backticks", (0..<400).map { String(repeating: "`", count: $0) }.joined(separator: " a")),
        ("fences", String(repeating: "```\n", count: 25_000)),
        ("underscores", String(repeating: "_a", count: 50_000)),
        ("mixed marks", String(repeating: "**a *b ~~c ", count: 9_000)),
        ("table", String(repeating: String(repeating: "|", count: 1_000) + "\n", count: 100)),
        (
            "wide table",
            String(repeating: "|a", count: 20_000) + "\n"
                + String(repeating: "|-", count: 20_000) + "\n"
        ),
        ("addresses", String(repeating: "http://", count: 14_000)),
        ("ampersands", String(repeating: "&", count: 100_000)),
    ]

    /// Twice the text takes about twice the time: each of these took minutes for a parser that looks
    /// back.
    @Test(arguments: large)
    func timeAndSizeAreBounded(name: String, text: String) throws {
        var shown = ""
        let time = try ProcessorTime.of { shown = try html(text, isOpen: true) }
        #expect(time < .seconds(30), "\(name)")
        #expect(shown.utf8.count < 800_000, "\(name)")
    }

    @Test func anAnswerWithoutEndIsCut() throws {
        let html = try html(String(repeating: "word ", count: 60_000))
        #expect(html.hasSuffix("<p>The rest is too long to be shown.</p>"))
        #expect(html.utf8.count < 110_000)
    }
}
