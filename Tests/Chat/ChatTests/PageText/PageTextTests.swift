import Markdown
import Testing

@testable import Chat

struct PageTextTests {
    private func read(
        _ main: String, limits: PageText.Limits = .init()
    ) -> [PagePassage] {
        let html = """
            <!DOCTYPE html><html lang="en"><head><title>Page</title><style>p{}</style></head>
            <body><a class="skip-link" href="#main">Skip</a><header>Brand <nav>Menu</nav></header>
            <div><main id="main">\(main)</main><aside>Beside</aside></div><footer>Foot</footer></body></html>
            """
        return PageText.read(Array(html.utf8), limits: limits).passages
    }

    @Test func titleAndLanguageComeFromTheHead() {
        let page = PageText.read(
            Array("<html lang=\"de\"><head><title> Über\n uns </title></head></html>".utf8))
        #expect(page.title == "Über uns" && page.language == "de")
        #expect(page.passages.isEmpty && !page.isCut)
        let named = PageText.read(
            Array(
                """
                <html><head><title>Prices | Site</title><meta property="og:title" content="Prices &amp; terms">
                </head></html>
                """.utf8))
        #expect(named.title == "Prices & terms")
    }

    @Test func onlyTheMainPartIsRead() {
        #expect(read("<p>Only <b>this</b>.</p>").map(\.text) == ["Only this."])
    }

    @Test func whatAVisitorDoesNotReadIsLeftOut() {
        let hidden = """
            <script>a</script><style>b</style><template>c</template><noscript>d</noscript>
            <nav>e</nav><button>f</button><form>g<input value="h"></form><svg><text>i</text></svg>
            <p hidden>j</p><p aria-hidden="true">k</p><p class="x visually-hidden">l</p>
            <p style="display : NONE">m</p><!-- n --><iframe>o</iframe><select><option>p</option></select>
            <rb-island data-island="{&quot;props&quot;:{&quot;key&quot;:&quot;secret&quot;}}">\
            <p>kept</p></rb-island><img alt="q">
            """
        #expect(read(hidden).map(\.text) == ["kept"])
    }

    @Test func passagesStandBelowTheirHeadings() {
        let passages = read(
            """
            <h1 id="top">Prices</h1><p>All in euro.</p>
            <h2 id="tests">Tests</h2><p>One.</p><h3>Large</h3><p>Two.</p>
            <h2><a id="old"></a>Old</h2><p>Three.</p>
            """)
        #expect(passages.map(\.heading) == ["Prices", "Tests", "Large", "Old"])
        #expect(passages.map(\.anchor) == ["top", "tests", "tests", "old"])
        #expect(passages.map(\.context) == [[], ["Prices"], ["Prices", "Tests"], ["Prices"]])
        #expect(passages.map(\.text) == ["All in euro.", "One.", "Two.", "Three."])
    }

    /// What follows a section is not below the headings in it.
    @Test func aSectionEndsItsHeadings() {
        let passages = read(
            """
            <h1 id="a">A</h1><section id="s"><h2>B</h2><p>1.</p></section><p>2.</p>
            <section aria-label="In numbers"><p>3.</p></section>
            <details><summary>Why?</summary><p>4.</p></details>
            """)
        #expect(passages.map(\.heading) == ["B", "A", "In numbers", "Why?"])
        #expect(passages.map(\.anchor) == ["s", "a", "a", "a"])
    }

    /// The day of a timeline stands before its heading, and belongs to what is below it; the last item
    /// has nothing of what follows the list.
    @Test func anItemOfAListKeepsItsHeadingAndWhatStandsBeforeIt() {
        let passages = read(
            """
            <h2>Our week</h2><ol><li><p>Monday</p><h3>Send</h3><p>Artwork.</p></li>
            <li><p>Tuesday</p><h3>Build</h3><p>A shelf.</p></li></ol><p>Done.</p>
            <ul><li>One</li></ul><h2>After</h2><p>Text.</p>
            """)
        #expect(passages.map(\.heading) == ["Send", "Build", "Our week", "After"])
        #expect(
            passages.map(\.text) == [
                "Monday\nArtwork.", "Tuesday\nA shelf.", "Done.\nOne", "Text.",
            ])
    }

    @Test func aTabIsCalledByItsButton() {
        let passages = read(
            """
            <div role="tablist"><button id="t1" role="tab">One</button></div>
            <div role="tabpanel" id="p1" aria-labelledby="t1" hidden><p>Text.</p></div>
            """)
        #expect(passages.map(\.heading) == ["One"] && passages.map(\.anchor) == ["p1"])
    }

    /// Words that only a style sheet separates have no space in the text.
    @Test func neighboursWithinALineAreKeptApart() {
        #expect(
            read("<p><span>Believe it</span><span>71%</span> <a>See</a><a>more</a>, <b>a</b>b</p>")
                .map(\.text) == ["Believe it 71% See more, ab"])
    }

    @Test func listsTablesAndTermsBecomeLines() {
        let passages = read(
            """
            <ul><li>One</li><li>Two<ul><li>Deep</li></ul></li></ul>
            <table><thead><tr><th>Size</th><th>Price</th></tr></thead>
            <tbody><tr><td>S</td><td>2</td></tr></tbody></table>
            <dl><div><dt>Found</dt><dd>64%</dd><dd>more</dd></div></dl><p>a<br>b</p><pre>x = 1
              y = 2</pre>
            """)
        #expect(
            passages.map(\.text) == [
                "One\nTwo\nDeep\nSize: S – Price: 2\nFound: 64%, more\na\nb\nx = 1\ny = 2"
            ])
    }

    /// A row says what it says when it stands alone; a table of layout has no names to tell.
    @Test func cellsAreToldWithTheNamesOfTheirColumns() {
        let passages = read(
            """
            <table><thead><tr><th>Study</th><th>Shoppers</th><th>Price</th></tr></thead><tbody>
            <tr><td>Quick check</td> <td>400</td> <td>$4,700</td></tr>
            <tr><td>Full test</td><td></td><td><a href="/x/">$10,300</a></td></tr></tbody></table>
            <table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>
            <table><tr><th colspan="2">Both</th><th>C</th></tr>
            <tr><td>1</td><td>2</td><td>3</td></tr></table>
            """)
        #expect(
            passages.map(\.text) == [
                """
                Study: Quick check – Shoppers: 400; Price: $4,700
                Study: Full test –; Price: $10,300
                a | b
                c | d
                Both: 1 – Both: 2; C: 3
                """
            ])
    }

    /// A header repeated before each cell must not turn a small page into a large text.
    @Test func theNamesOfColumnsAreLimited() {
        let row = "<tr><td>a</td><td hidden>b</td><td>c</td></tr>"
        let html = """
            <main><table><tr><th>A</th><th>B</th><th>\(String(repeating: "x", count: 2000))</th></tr>
            \(String(repeating: row, count: 60))</table></main>
            """
        let whole = PageText.read(Array(html.utf8))
        let name = String(repeating: "x", count: 199) + "…"
        #expect(whole.passages.first?.text.hasPrefix("A: a; \(name): c\nA: a; ") == true)
        var limits = PageText.Limits()
        limits.bytes = 6000
        let cut = PageText.read(Array(html.utf8), limits: limits)
        #expect(html.utf8.count < 6000 && cut.isCut && !whole.isCut)
        #expect(cut.passages.map(\.text.utf8.count).reduce(0, +) < 6500)
    }

    /// The label of a button counts for the page that it leads to.
    @Test func linksOfALineAreOfThePageThatTheyLeadTo() {
        let html = """
            <html><head><meta name="Description" content=" What  it is. "></head><main><h1>Home</h1>
            <p>Read <a href="/about/#team">about us</a>.</p>
            <p><a class="button" href="/pricing/">What it costs</a> · <a href="/b?x=1">B</a></p>
            <p><a href="/files/a.pdf">The brochure</a></p><p><a href="mailto:a@b.example">Mail</a></p>
            <h2><a href="/c/">See C</a></h2><p><a href="//else.example/">Elsewhere</a></p></main></html>
            """
        let page = PageText.read(Array(html.utf8))
        #expect(page.description == "What it is.")
        #expect(page.passages.map(\.text) == ["Read about us.\nThe brochure\nMail", "Elsewhere"])
        #expect(page.links.map(\.route) == ["/about/", "/pricing/", "/b/", "/c/"])
        #expect(page.links.map(\.label) == ["about us", "What it costs", "B", "See C"])
    }

    /// PostgreSQL refuses an index row that is too long, and the page with it.
    @Test func linksThatAreTooLongToBeKeptAreLeftOut() {
        let accents = "a" + String(repeating: "\u{301}", count: 2000)
        let html = """
            <main><p><a href="/\(String(repeating: "é", count: 1500))/">Far</a>
            <a href="/\(String(repeating: "a", count: 498))">Near</a><a href="/b/">\(accents)</a>
            <a href="/b/">B</a></p></main>
            """
        #expect(PageText.read(Array(html.utf8)).links.map(\.label) == ["Near", "B"])
    }

    /// The sums of a calculator are those of the numbers that it starts with.
    @Test func aCalculatorIsNotQuoted() {
        let passages = read(
            """
            <rb-island><h2>Your price</h2><p>Change the numbers.</p><input type="range">
            <dl><dt>Total</dt><dd>$5,050</dd></dl><label>Shoppers</label><output>150</output></rb-island>
            <dl><dt>Fee</dt><dd>$7</dd></dl>
            """)
        #expect(passages.map(\.text) == ["Change the numbers.\nFee: $7"])
    }

    /// The label of a box that cannot be set is text; that of a control is not.
    @Test func theTextOfTasksIsRead() throws {
        let markdown = "- [x] Paint the *mast*\n- [ ] Moor\n  - [ ] Ropes\n\n## Plan\n\n- [x] Sail"
        let html = try MarkdownRenderer().render(Array(markdown.utf8), trusted: true).html
        let controls = """
            <p>End.</p><label>Size <input></label><label><input type="checkbox"> Agree</label>
            <label for="x">Name</label>
            <rb-island><label><input type="checkbox" disabled> Off</label><input></rb-island>
            """
        #expect(
            read(String(decoding: html, as: UTF8.self) + controls).map(\.text)
                == ["Paint the mast\nMoor\nRopes", "Sail\nEnd."])
    }

    /// The line above a heading that says what kind of thing comes is read with what comes.
    @Test func aLineBeforeTheHeadingOfASectionIsBelowIt() {
        let passages = read(
            """
            <p>Before.</p><section><p>Four days, start to finish</p><h1>How it works</h1><p>So.</p>
            </section><p>After.</p><pre>let x = 1</pre>
            """)
        #expect(passages.map(\.heading) == ["", "How it works", ""])
        #expect(
            passages.map(\.text) == [
                "Before.", "Four days, start to finish\nSo.", "After.\nlet x = 1",
            ])
        #expect(passages.map(\.code) == ["", "", "let x = 1"])
    }

    /// Format characters and the tag block can carry text that no visitor sees.
    @Test func invisibleCharactersAreDropped() {
        let hidden = "a\u{202E}b\u{200B}c\u{E0041}d\u{FEFF}e\u{0007}f"
        #expect(read("<p>\(hidden)</p>").map(\.text) == ["abcdef"])
        #expect(read("<p>👩‍💻 ❤️</p>").map(\.text) == ["👩‍💻 ❤️"])
    }

    @Test func longTextIsCutBetweenSentences() {
        let sentence = "This sentence is here to be counted and it has some words. "
        let passages = read("<p>\(String(repeating: sentence, count: 60))</p>")
        #expect(passages.count == 5)
        #expect(passages.allSatisfy { $0.text.count <= 800 && $0.text.hasSuffix("words.") })
        #expect(
            passages.map(\.text).joined(separator: " ") + " "
                == String(repeating: sentence, count: 60))
    }

    @Test func oneLongSentenceIsCutBetweenWordsAndALongWordWithin() {
        let words = Array(repeating: "word", count: 500).joined(separator: " ")
        let passages = read(
            "<p>\(words)</p><h2>Next</h2><p>\(String(repeating: "x", count: 2000))</p>")
        #expect(passages.allSatisfy { $0.text.count <= 800 })
        #expect(passages.filter { $0.heading.isEmpty }.map(\.text).joined(separator: " ") == words)
        #expect(passages.filter { !$0.heading.isEmpty }.map(\.text.count) == [800, 800, 400])
    }

    @Test func abbreviationsAndFiguresEndNoSentence() {
        var limits = PageText.Limits()
        limits.characters = 32
        let passages = read(
            "<p>See e.g. the list, no. 5 there. Another one. 全部。次。</p>", limits: limits)
        #expect(
            passages.map(\.text)
                == ["See e.g. the list, no. 5 there.", "Another one. 全部。 次。"])
    }

    @Test func limitsCutThePageOffAndSaySo() {
        var limits = PageText.Limits()
        limits.passages = 3
        let many = (0..<50).map { "<h2>H\($0)</h2><p>Text \($0).</p>" }.joined()
        #expect(read(many, limits: limits).map(\.heading) == ["H0", "H1", "H2"])
        limits = .init()
        limits.bytes = 1000
        let page = PageText.read(
            Array("<main><p>\(String(repeating: "word ", count: 1000))</p></main>".utf8),
            limits: limits)
        #expect(page.isCut && !page.passages.isEmpty)
        #expect(page.passages.map(\.text.count).reduce(0, +) <= 1000)
    }

    /// The page ends at the limit of nesting, and no stack grows with it.
    @Test func deepNestingEndsNothing() {
        let page = PageText.read(
            Array(("<main><p>first</p>" + String(repeating: "<div>", count: 100_000) + "x").utf8))
        #expect(page.passages.first?.text == "first")
    }

    @Test func bytesThatAreNoTextAreNoTrap() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let bytes = (0..<400).map { _ in
                Bool.random(using: &generator)
                    ? UInt8.random(in: 0...255, using: &generator) : UInt8(ascii: "<")
            }
            _ = PageText.read(Array("<main><p>".utf8) + bytes)
        }
        #expect(PageText.read([]).passages.isEmpty)
        #expect(PageText.read([0, 0, 0]).passages.isEmpty)
    }

    @Test func aPageWithoutMainPartIsReadWithoutItsFrame() {
        let html = "<body><header>H</header><p>Text.</p><aside>A</aside><footer>F</footer></body>"
        #expect(PageText.read(Array(html.utf8)).passages.map(\.text) == ["Text."])
    }
}
