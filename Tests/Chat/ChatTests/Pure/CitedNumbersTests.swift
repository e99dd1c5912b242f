import TestSupport
import Testing

@testable import Chat

@Suite("References in an answer")
struct CitedNumbersTests {
    @Test(
        "is found by its number, once",
        arguments: [
            ("Forty crowns [1].", [1]), ("See [2][1] and [2].", [2, 1]), ("Both[1, 3].", [1, 3]),
            ("As 【2】 and 【3†source】 say.", [2, 3]), ("[1](/prices/) and [ 2 ]", [1, 2]),
            ("[0] [7] [99999999999999999999] [x] [1x] [] [", []), ("Nothing.", []), ("", []),
            ("`list[1]` and ```\nlist[2]\n``` but [3]", [3]), ("a ` alone [1]", [1]),
            ("[[1]]", [1]), ("[-1] [1-2]", []),
        ])
    func find(text: String, numbers: [Int]) {
        #expect(CitedNumbers.find(in: text, count: 3) == numbers)
        #expect(CitedNumbers.find(in: text, count: 0) == [])
    }

    @Test("is what its sources are")
    func sources() {
        var outcome = AnswerOutcome(
            status: .complete, source: .model,
            citations: (1...3).map { (number: Int) in
                .init(title: "P\(number)", route: "/p\(number)/", number: number)
            })
        outcome.keepCited(in: "As [3] and [1] say, and [3] again.")
        #expect(outcome.citations.map(\.number) == [1, 3])
        outcome.keepCited(in: "Nothing is cited.")
        #expect(outcome.citations.isEmpty)
        // A quotation without a model links its places itself.
        var quoted = AnswerOutcome(
            status: .complete, source: .retrieval, citations: [.init(title: "P", route: "/p/")])
        quoted.keepCited(in: "Quoted.")
        #expect(quoted.citations.count == 1)
    }

    @Test("is linked on the page for browsers without scripts")
    func page() {
        let page = ChatPage.answer(
            question: "Q", text: "It is so [2] <b>.",
            AnswerOutcome(
                status: .complete, source: .model,
                citations: [.init(title: "T&", route: "/a/", anchor: "b", number: 2)]),
            conversation: "", back: "/", in: nil)
        #expect(page.contains("It is so <a href=\"/a/#b\">[2]</a> &lt;b&gt;."))
        #expect(page.contains("<li>[2] <a href=\"/a/#b\">T&amp;</a></li>"))
    }

    @Test(
        "is linked wherever a model puts it, and nothing of a text is markup of its own",
        arguments: [
            ("As [1, 2] and 【2†source】 say.", "<p>As |1||2| and |2| say.</p>"),
            ("[3] and [x](/a/?b=1&c)", "<p>[3] and <a href=\"/a/?b=1&amp;c\">x</a></p>"),
            (
                "[a](//evil.example) [b](javascript:alert)",
                "<p>[a](//evil.example) [b](javascript:alert)</p>"
            ),
            (
                "[c *d* [1]](/e/) [f\\] g](/h/#i)",
                "<p>[c <em>d</em> |1|](/e/) <a href=\"/h/#i\">f] g</a></p>"
            ),
            (
                "[j](https://k.example/)",
                "<p><a href=\"https://k.example/\" rel=\"nofollow noopener noreferrer\">j</a></p>"
            ),
            (
                "> 4 \\* **b**\n> c\n\n*d* `e*f*` 2 * 3",
                "<blockquote>\n<p>4 * <strong>b</strong>\nc</p>\n</blockquote>\n"
                    + "<p><em>d</em> <code>e*f*</code> 2 * 3</p>"
            ),
            (
                "- 12 a\n- b\n1. c\n## d",
                "<ul><li>12 a</li><li>b</li></ul>\n<ol><li>c</li></ol>\n<h2>d</h2>"
            ),
            ("```\n[1] <b>\n```\n<i>", "<pre>[1] &lt;b&gt;</pre>\n<p>&lt;i&gt;</p>"),
            ("**a [", "<p>**a [</p>"), ("\\", "<p>\\</p>"), ("", ""),
        ])
    func markup(text: String, html: String) {
        let markup = AnswerMarkup(
            citations: (1...2).map { (number: Int) in
                .init(title: "P", route: "/p\(number)/", number: number)
            })
        let expected = html.replacing(/\|([12])\|/) { "<a href=\"/p\($0.1)/\">[\($0.1)]</a>" }
        #expect(markup.html(of: text) == expected + (html.isEmpty ? "" : "\n"))
    }

    @Test(
        "takes no longer for a hostile text",
        arguments: ["[", "**", "* ", "`", "> ", ">", "[a](", "\\", "【1", "[1, ", "*a", "1. "])
    func hostile(text: String) {
        let markup = AnswerMarkup(citations: [.init(title: "P", route: "/p/", number: 1)])
        let time = ProcessorTime.of {
            _ = markup.html(of: String(repeating: text, count: (16 << 10) / text.utf8.count))
        }
        // Usually a hundredth of it; a parser that looks back takes minutes.
        #expect(time < .seconds(20))
    }

    @Test("is shown within a page of the site, without its scripts")
    func answerPage() throws {
        let site = try #require(
            AnswerPage(
                html:
                    "<title>Old</title><script>a</script><main id=\"m\"><p>Old</p></main><p>End</p>"
                    + "<script src=\"b\"></script>"))
        #expect(
            site.showing("<p>New</p>", title: "Answer")
                == "<title>Answer</title><meta name=\"robots\" content=\"noindex\"/><main id=\"m\"><div class=\"prose\">\n<p>New</p></div></main>"
                + "<p>End</p>")
        #expect(AnswerPage(html: "<p>No main part</p>") == nil)
    }

    @Test("has nothing that is about the page that it is shown in")
    func otherPage() throws {
        let html = """
            <head><meta name="viewport" content="x"/><title>Code</title>\
            <meta name="description" content="About code"/><meta name="robots" content="all"/>\
            <link rel="canonical" href="https://a.example/code/"/>\
            <meta property="og:title" content="Code"/><meta name="twitter:card" content="summary"/>\
            <link rel="modulepreload" href="/a.js"/><link rel="stylesheet" href="/a.css"/></head>\
            <a href="#main">Skip</a><nav id="menu"><a aria-current="page" href="/code/">Code</a></nav>\
            <nav class="page-outline"><a href="#one">One</a><a href="#two">Two</a></nav>\
            <nav><a href="#prices">Prices</a></nav><main id="main"><h2 id="prices">Prices</h2></main>\
            <a href="#menu">Menu</a>
            """
        let shown = try #require(AnswerPage(html: html, at: "/code/")).showing(
            "New", title: "Answer")
        #expect(
            shown == """
                <head><meta name="viewport" content="x"/><title>Answer</title>\
                <meta name="robots" content="noindex"/><link rel="stylesheet" href="/a.css"/></head>\
                <a href="#main">Skip</a><nav id="menu"><a href="/code/">Code</a></nav>\
                <nav><a href="/code/#prices">Prices</a></nav><main id="main"><div class="prose">
                New</div></main><a href="#menu">Menu</a>
                """)
    }
}
