import Markdown
import TestSupport
import Testing

@Suite("Documents that are not trusted") struct UntrustedTests {
    @Test("nothing hostile is left", arguments: HostileCorpus.documents)
    func corpus(source: String) throws {
        for document in [source, source + "\n\n<br>", "a <i>" + source + "</i>"] {
            let rendered = try render(document)
            #expect(
                StrictScanner.fault(in: rendered.html) == nil,
                "\(String(decoding: rendered.html, as: UTF8.self))")
        }
    }

    @Test(
        "a rebuilt document says the same as one that had no raw HTML",
        arguments: [
            "# a *b* `c` & \"d\"\n\n- [x] e\n- f\n\n1. g\n\n   h\n\n> i\n",
            "| a | b |\n|:-|-:|\n| *c* | [d](/e?f&g \"h\") |\n",
            "![a](/b.png \"c\") ~~d~~ https://e.example/f\n\n```swift\nlet g = 1 < 2\n```\n\n---\n\n3. h\n",
            "text[^1] more[^1]\n\n[^1]: note <https://a.example>\n",
            "a  \nb\nc &copy; &lt;x&gt; ü\n",
        ]) func rebuilding(source: String) throws
    {
        let plain = try html(source)
        let rebuilt = try html("<hr>\n\n" + source)
        #expect(rebuilt == "<hr>\n" + plain)
    }

    @Test(
        "what people write in HTML stays",
        arguments: [
            (
                "<kbd>Ctrl</kbd>+<kbd>C</kbd> H<sub>2</sub>O",
                "<p><kbd>Ctrl</kbd>+<kbd>C</kbd> H<sub>2</sub>O</p>\n"
            ),
            (
                "<details open>\n<summary>More</summary>\n\n**b**\n\n</details>",
                "<details open>\n<summary>More</summary>\n<p><strong>b</strong></p>\n</details>\n"
            ),
            (
                "<p align=\"center\"><img src=\"/a.png\" width=\"50%\" height=20 alt='A &amp; \"B\"'></p>",
                "<p style=\"text-align:center\"><img src=\"/a.png\" alt=\"A &amp; &quot;B&quot;\" width=\"50%\" height=\"20\" loading=\"lazy\" decoding=\"async\"></p>\n"
            ),
            (
                "<table><tr><th scope=col colspan=2>a<tr><td>b<td>c</table>",
                "<div class=\"table-scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Table\"><table>"
                    + "<tr><th colspan=\"2\" scope=\"col\">a</th></tr><tr><td>b</td><td>c</td></tr>"
                    + "</table></div>\n"
            ),
            (
                "<time datetime=\"2024-01-02\">x</time>",
                "<p><time datetime=\"2024-01-02\">x</time></p>\n"
            ),
            ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>\n"),
            ("<dl><dt>a<dd>b<dt>c</dl>", "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>\n"),
            ("<p lang=de dir=ltr title=x>a", "<p title=\"x\" lang=\"de\" dir=\"ltr\">a\n</p>"),
            ("a<!-- secret -->b", "<p>ab</p>\n"), ("<custom>a</custom>", "<p>a</p>\n"),
            ("<b>a</B>", "<p><b>a</b></p>\n"), ("<br/>", "<br>\n"),
            ("a &hellip; &notit; &amp <br>", "<p>a … &amp;notit; &amp;amp <br></p>\n"),
        ]) func kept(source: String, expected: String) throws
    {
        #expect(try html(source) == expected)
    }

    @Test(
        "elements with contents that are not text go with them",
        arguments: [
            "script", "style", "xmp", "iframe", "noembed", "noframes", "noscript", "textarea",
            "title", "template", "select",
            "svg", "math", "object", "video", "audio", "canvas", "applet", "datalist",
        ]) func dropped(name: String) throws
    {
        #expect(try html("a<\(name) x=1>secret</\(name)>b") == "<p>ab</p>\n")
        #expect(try html("a<\(name)>secret").contains("secret") == false)
        #expect(
            try html("<div>a<\(name.uppercased())><p>secret</p></\(name)>b</div>")
                == "<div>ab</div>\n")
    }

    @Test("the scanner does see what the renderer removes")
    func control() throws {
        let unseen = try HostileCorpus.documents.filter {
            StrictScanner.fault(in: try render($0, trusted: true).html) == nil
        }
        // What remains is harmless as Markdown reads it, or is balanced and allowed.
        #expect(unseen.count < HostileCorpus.documents.count / 4, "\(unseen)")
        #expect(HostileCorpus.documents.count >= 60)
    }

    @Test("random fragments always make a balanced document of allowed parts", arguments: 0..<8)
    func random(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<400 {
            let source = HostileFragments.document(using: &generator)
            let rendered: RenderedMarkdown
            do { rendered = try render(source) } catch let error {
                #expect(error.code == .nestingTooDeep); continue
            }
            #expect(StrictScanner.fault(in: rendered.html) == nil, "\(source.debugDescription)")
        }
    }
}
