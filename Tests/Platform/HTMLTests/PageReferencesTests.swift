import Core
import HTML
import Testing

@Suite("References of a page") struct PageReferencesTests {
    private func references(_ html: String) -> [PageReferences.Reference] {
        PageReferences(in: Array(html.utf8)).references
    }

    @Test("addresses of every element that loads or leads, each once") func addresses() {
        let html = """
            <a href="/a?b&amp;c">x</a><a href=/a?b&amp;c>y</a><area href='../d'>
            <img src="/e.png" srcset="/e.png 1x, /f.png 2x,/g.png"><video src=h poster=i></video>
            <source srcset="j 100w"><iframe src="https://k.example/"></iframe>
            <form action="/l"><input type=image src=m></form><object data=n></object>
            <script src="/no.js">"<a href='/no'>"</script><style>a { b: "<img src=/no>" }</style>
            <textarea><a href="/no"></textarea><!-- <a href="/no"> -->
            <meta property="og:image" content="/o.png"><meta property="og:title" content="/no">
            """
        #expect(
            references(html).map { "\($0.kind) \($0.url)" } == [
                "link /a?b&c", "link ../d", "picture /e.png", "picture /f.png", "picture /g.png",
                "media h", "picture i", "picture j", "frame https://k.example/", "form /l",
                "picture m", "plugin n", "script /no.js", "style ", "link /o.png",
            ])
    }

    @Test("a link into the page is listed when the page has no such place") func anchors() {
        let html = """
            <a href="#a">x</a><a href="#">x</a><a href="#top">x</a><a href="#%C3%BC">x</a>
            <a href="#gone">x</a><a href="#b">x</a><h2 id="a">a</h2><i id="ü">b</i><a name=b></a>
            """
        #expect(references(html) == [.init(kind: .link, url: "#gone")])
        #expect(Set(PageReferences.ids(in: Array(html.utf8)).map(\.text)) == ["a", "ü", "b"])
    }

    @Test("an id that two elements have is named once") func doubled() {
        let html =
            "<i id=a><i id=a><i id=a><i id=b><script id=b></script><a id=c name=c><a name=d><i id=d>"
        #expect(PageReferences(in: Array(html.utf8)).doubledIDs == ["a", "b"])
    }

    @Test("code and style sheets, with an address or without one") func code() {
        let html = """
            <link rel=stylesheet href="https://f.example/a.css"><link rel=icon href="/i.svg">
            <script type="application/json">{}</script><script>1</script><p onclick="go()">x</p>
            <svg><image href="https://p.example/b.png"/></svg><embed src="/a.pdf">
            <button formaction="https://g.example/">x</button>
            """
        #expect(
            references(html).map { "\($0.kind) \($0.url)" } == [
                "style https://f.example/a.css", "script ", "picture https://p.example/b.png",
                "plugin /a.pdf", "form https://g.example/",
            ])
    }

    @Test("what a base element makes of relative addresses is not judged") func base() {
        let html =
            "<base href='/x/'><a href=a>x</a><a href=#b>x</a><a href=/c>x</a><a href=m:d>x</a>"
        #expect(references(html).map(\.url) == ["/c", "m:d"])
    }

    @Test("browsers cut directives off, and know the top by any case") func fragments() {
        let ids: Set<ExactText> = [ExactText("a"), ExactText("caf\u{e9}")]
        for right in ["#a", "#a:~:text=x", "#:~:text=x", "#TOP", "#%74op", "#", "#caf%C3%A9"] {
            #expect(PageReferences.leads(right, to: ids), "\(right)")
        }
        for wrong in ["#A", "#ab", "#b:~:text=x", "#cafe\u{301}"] {
            #expect(!PageReferences.leads(wrong, to: ids), "\(wrong)")
        }
    }

    @Test("escapes of an address are decoded, or refused")
    func percent() {
        #expect(PercentDecoding.decoded("a%20%C3%bc") == "a ü")
        for wrong in ["%", "%2", "%zz", "%FF"] { #expect(PercentDecoding.decoded(wrong) == nil) }
    }
}
