import HTMLTree
import TestSupport
import Testing

struct HTMLDocumentTests {
    private func read(_ html: String) -> HTMLDocument { HTMLDocument(Array(html.utf8)) }

    /// The elements and texts of a page in one line.
    private func outline(_ html: String) -> String {
        var outline = ""
        read(html).root?.walk { step in
            switch step {
            case .enter(let element): outline += "<\(element.name)>"
            case .text(let text): outline += text
            case .leave: outline += "/"
            }
            return true
        }
        return outline
    }

    @Test func aTreeIsThatOfABrowser() {
        for (html, expected) in [
            ("", "<html><head>/<body>//"),
            ("<p>a<p>b", "<html><head>/<body><p>a/<p>b///"),
            ("<b>1<p>2</b>3</p>", "<html><head>/<body><b>1/<p><b>2/3///"),
            (
                "<table><tr><td>1<td>2</table>",
                "<html><head>/<body><table><tbody><tr><td>1/<td>2//////"
            ),
            ("<table>x<tr>", "<html><head>/<body>x<table><tbody><tr>/////"),
            ("a<wbr>b<br>c</br>d<img>e", "<html><head>/<body>a<wbr>/b<br>/c<br>/d<img>/e//"),
            ("<RB-Island>x</rb-island>", "<html><head>/<body><rb-island>x///"),
            ("<title>a<b>&amp;</title>", "<html><head><title>a<b>&//<body>//"),
            ("<textarea><p></textarea>x", "<html><head>/<body><textarea><p>/x//"),
            // Elements without page text are empty.
            (
                "<p>a<script>'<p>'</script><svg><a/><svg></svg><p>b</svg><!-- c -->d",
                "<html><head>/<body><p>a<script>/<svg>/d///"
            ),
            ("<template><template></template>a</template>b", "<html><head><template>//<body>b//"),
            ("1 < 2 <3 &lt;p>", "<html><head>/<body>1 < 2 <3 <p>//"),
            // A comment ends an entity.
            ("&l<!-- -->t;", "<html><head>/<body>&lt;//"),
            ("<x y='>'>z</x", "<html><head>/<body><x>z///"),
        ] {
            #expect(outline(html) == expected, "\(html)")
        }
    }

    @Test func attributesAreDecodedAndLimited() throws {
        let many = (0..<40).map { " A\($0)='\"\($0)&amp;'" }.joined()
        let root = try #require(
            read("<p ID=a id=b hidden title='&lt;&quot;'></p><i\(many)>x</i>").root)
        let p = try #require(root.first { $0.name == "p" })
        #expect(p["id"] == "a" && p["hidden"] == "" && p["title"] == "<\"" && p["class"] == nil)
        let i = try #require(root.first { $0.name == "i" })
        #expect(i["a31"] == "\"31&" && i["a32"] == nil && i.text == "x")
        #expect(p.nextSibling == i && i.nextSibling == nil && i.parent?.children == [p, i])
    }

    @Test func textIsUnicode() {
        for (html, expected) in [
            ("&#x110000;&#xD800;&#0;&#99999999999999999999;", "\u{fffd}\u{fffd}\u{fffd}\u{fffd}"),
            ("&#128;&#x80;", "€€"), ("&notit; &hellip;&bogus;", "¬it; …&bogus;"),
            ("a\0b", "a b"), ("a\u{7}b\u{b}c", "abc"), ("a\r\nb", "a\nb"),
        ] {
            #expect(read(html).root?.text == expected, "\(html)")
        }
        #expect(HTMLDocument([0x61, 0xff, 0x62]).root?.text == "a\u{fffd}b")
    }

    /// Each would make the parser's work or memory, or a stack, grow faster than the page.
    @Test(.timeLimit(.minutes(1))) func hostilePagesAreCut() {
        func repeated(_ html: String, _ count: Int) -> String {
            String(repeating: html, count: count)
        }
        let formatting = (0..<200).map { "<b id=\($0)>" }.joined()
        var limits = HTMLDocument.Limits()
        limits.memory = 16 << 20
        for (html, isCut) in [
            (repeated("<div>", 100_000), true), (repeated("<i><p>", 100_000), true),
            (repeated("<b><div></b>", 50_000), true), (repeated("<table><td>", 50_000), true),
            (repeated("<div><table><td></div>", 20_000), true),
            (repeated("<rt>", 100_000), true), (repeated("<optgroup>", 50_000), true),
            (repeated("<svg>", 50_000), true), (repeated("<template>", 50_000), true),
            ("<p>" + formatting + repeated("<p>x", 20_000), true),
            ("<select><title></select>" + repeated("<div>", 100_000), false),
            ("<select><style></select>" + repeated("<div>", 100_000), false),
            ("<a " + (0..<50_000).map { " a\($0)" }.joined() + ">", false),
            (repeated("<ul><li>x</ul>", 3000), false),
            (repeated("<ruby>x<rt>y</ruby>", 2000), false),
            (repeated("</p></div>", 10_000), false), (repeated("<", 50_000), false),
        ] {
            let document = HTMLDocument(Array("<main>first</main>\(html)".utf8), limits: limits)
            #expect(document.isCut == isCut, "\(html.prefix(30))")
            #expect(document.root?.text.hasPrefix("first") == true, "\(html.prefix(30))")
        }
        limits.memory = 100
        let none = HTMLDocument(Array("<p>x".utf8), limits: limits)
        #expect(none.root == nil && none.isCut)
    }

    @Test func anyTagsMakeATree() {
        var random = SeededGenerator(seed: 7)
        let names = [
            "a", "b", "p", "div", "table", "tr", "td", "caption", "select", "option", "ul", "li",
            "form", "button", "h1", "body", "html", "head", "title", "svg", "math", "template",
            "script", "frameset", "plaintext", "isindex", "nobr", "marquee", "rb-x", "ruby", "rt",
        ]
        for _ in 0..<400 {
            let html = (0..<60).map { _ in
                let name = names[Int(random.next() % UInt64(names.count))]
                return switch random.next() % 8 {
                case 0...3: "<\(name)>"
                case 4: "<\(name) a='b' c>"
                case 5, 6: "</\(name)>"
                default: "x\0&#\(random.next() % 2_000_000);"
                }
            }
            .joined()
            var open: [HTMLElement] = []
            var isBalanced = true
            read(html).root?.walk { step in
                switch step {
                case .enter(let element):
                    isBalanced = isBalanced && element.parent == open.last
                    open.append(element)
                case .text: break
                case .leave(let element): isBalanced = isBalanced && open.popLast() == element
                }
                return true
            }
            #expect(isBalanced && open.isEmpty, "\(html)")
        }
    }
}
