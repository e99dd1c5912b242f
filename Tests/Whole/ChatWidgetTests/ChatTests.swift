import Core
import Foundation
import SiteModel
import TestSupport
import Testing

/// The widget in Chromium, behind the nginx of `NginxServerBlock`, with the real chat service; what
/// the model says is scripted.
@Suite(.serialized, .chatBrowser) struct ChatTests {
    let shared: ChatBrowser
    var browser: WebDriver { shared.browser }

    init() throws { shared = try ChatBrowser.shared() }

    static let markdown = """
        A test puts your designs on a **realistic shelf**. Here is how:

        1. Shoppers get an errand:
           - find the pack,
           - choose.
        2. You get a report.

        | Measure | Share |
        |:--|--:|
        | Found | 64% |

        ```sql
        SELECT 1;
        ```

        See [how it works](/how-it-works/).
        """

    @Test(arguments: [360, 1440])
    func anAnswerOfAModelIsShown(width: Int) async throws {
        try await shared.open(width: width)
        try await browser.keepScreenshot("testpilot/\(width)/chat-welcome")
        try await shared.ask("How? " + ChatBrowser.say("First. Second."))
        try await shared.waitForAnswers(1)
        #expect(try await shared.answers() == ["First. Second."])
        #expect(try await shared.text(of: ".chat__origin").hasPrefix("Written by "))
        #expect(try await browser.execute("return innerWidth").number == Double(width))
        let overflow = try await browser.execute(
            "return document.documentElement.scrollWidth - innerWidth"
        ).number
        #expect(overflow ?? 1 <= 0)
        let complaints = try await shared.complaints()
        #expect(complaints == [])
        // The visitor can go on at once.
        let focused = try await browser.execute("return document.activeElement.name")
        #expect(focused.string == "message")
    }

    /// Without a model the site's pages answer, and the widget says so.
    @Test(arguments: [360, 1440])
    func pagesAreQuotedWhereThereIsNoModel(width: Int) async throws {
        try await shared.open(of: "vengeance-local", width: width)
        try await browser.find(".chat__suggestion").click()
        try await shared.waitForAnswers(1)
        #expect(try await shared.text(of: ".chat__origin") == "Quoted from this site’s pages")
        let sources = try await browser.execute(
            "return [...document.querySelectorAll('.chat__sources a')].map((link) => link.href)",
            as: [String].self)
        #expect(!sources.isEmpty)
        let site = try shared.sites["vengeance-local"]
        for source in sources {
            #expect(source.hasPrefix(site.address + "/"))
            let path = source.dropFirst(site.address.count)
            let answer = try await site.server.send("GET", String(path.prefix { $0 != "#" }))
            #expect(answer.status == 200, "\(source)")
            if let anchor = path.split(separator: "#").dropFirst().first {
                #expect(answer.text.contains("id=\"\(anchor)\""), "\(source)")
            }
        }
        try await browser.keepScreenshot("vengeance-local/\(width)/chat-answer")
        let complaints = try await shared.complaints()
        #expect(complaints == [])
    }

    @Test func twoNodesHaveTheirOwnLooks() async throws {
        var looks: Set<[String]> = []
        for node in ChatBrowser.nodes {
            try await shared.open(of: node)
            let look = try await browser.execute(
                """
                const style = (selector) => getComputedStyle(document.querySelector(selector));
                return [style('.chat').backgroundColor, style('.chat__send').backgroundColor,
                  style('.chat__title').fontFamily, style('.chat__form').borderRadius]
                """, as: [String].self)
            looks.insert(look)
        }
        #expect(looks.count == 2)
        let all = looks.flatMap(\.self)
        #expect(Set(all).count == all.count, "\(all)")
    }

    /// The parts that were shown stay the very same elements while the rest is written.
    @Test func nothingFlickersWhileAnAnswerIsWritten() async throws {
        try await shared.open()
        _ = try await browser.execute(
            """
            window.removed = [];
            window.lengths = [];
            const log = document.querySelector('.chat__log');
            new MutationObserver((changes) => {
              const blocks = [...document.querySelectorAll('.markdown > *')];
              for (const change of changes) {
                for (const node of change.removedNodes) {
                  // Only the dots of waiting and parts of the last block may go.
                  const at = blocks.findIndex((block) => block.contains(change.target));
                  if (at >= 0 && at < blocks.length - 2) window.removed.push(node.textContent);
                }
              }
              const text = document.querySelector('.markdown')?.innerText.length ?? 0;
              if (text && window.lengths.at(-1) !== text) window.lengths.push(text);
            }).observe(log, { childList: true, subtree: true, characterData: true });
            """)
        try await shared.ask("Flicker? " + ChatBrowser.say(Self.markdown, every: 30))
        try await browser.waitUntil("document.querySelector('.markdown p')")
        _ = try await browser.execute(
            "window.firstBlock = document.querySelector('.markdown p')")
        try await shared.waitForAnswers(1)
        let isSame = try await browser.execute(
            "return window.firstBlock === document.querySelector('.markdown p')")
        #expect(isSame.bool == true)
        #expect(try await browser.execute("return window.removed", as: [String].self) == [])
        let lengths = try await browser.execute("return window.lengths", as: [Int].self)
        #expect(lengths.count > 10)
        let shape = try await browser.execute(
            """
            return [...document.querySelectorAll('.markdown > *')]
              .map((block) => block.tagName.toLowerCase() + (block.className ? '.' + block.className : ''))
            """, as: [String].self)
        #expect(shape == ["p", "ol", "div.markdown__table", "div.markdown__code", "p"])
        try await browser.keepScreenshot("testpilot/1440/chat-markdown")
        try await browser.setViewport(width: 360, height: 740)
        try await browser.keepScreenshot("testpilot/360/chat-markdown")
    }

    @Test func hostileMarkdownDoesNothing() async throws {
        try await shared.open()
        let hostile = """
            <script>window.pwned = 1</script><img src=x onerror="window.pwned = 2">

            ![pixel](https://evil.invalid/pixel.png) ![x](/no-such-picture.png)
            [click](javascript:window.pwned=3) [data](data:text/html,x) [ok](/pricing/)

            <iframe src="/"></iframe> <style>*{display:none}</style>
            """
        try await shared.ask("Say " + ChatBrowser.say(hostile.replacing("\n", with: " ")))
        try await shared.waitForAnswers(1)
        let facts = try await browser.execute(
            """
            return [String(window.pwned), ...[...document.querySelectorAll('.chat__log *')]
              .map((one) => one.tagName.toLowerCase())
              .filter((name) => ['script', 'img', 'iframe', 'style', 'object', 'embed'].includes(name)),
              ...[...document.querySelectorAll('.markdown a')].map((link) => link.getAttribute('href'))]
            """, as: [String].self)
        #expect(
            facts == [
                "undefined", "https://evil.invalid/pixel.png", "/no-such-picture.png", "/pricing/",
            ])
        let complaints = try await shared.complaints()
        #expect(complaints == [])
    }

    /// Scrolling does not move a reader at the beginning of an answer, or pull one back.
    @Test func aLongAnswerIsReadFromItsBeginning() async throws {
        try await shared.open()
        try await shared.ask("Long do:fast-3")
        try await shared.waitForAnswers(1)
        let text = (1...40).map { "Paragraph \($0) of a long answer." }
        try await shared.ask(
            "Go on " + ChatBrowser.say(text.joined(separator: "\n\n"), every: 2))
        try await browser.waitUntil("document.querySelector('.chat__latest')")
        try await shared.waitForAnswers(2)
        let top = """
            (() => {
              const log = document.querySelector('.chat__log').getBoundingClientRect();
              const turn = document.querySelector('.chat__turn:last-child').getBoundingClientRect();
              return turn.top - log.top;
            })()
            """
        let place = try await browser.execute("return \(top)").number ?? -1
        #expect((0...40).contains(place), "\(place)")
        try await shared.press("Latest")
        let end = """
            (() => {
              const log = document.querySelector('.chat__log');
              return log.scrollHeight - log.clientHeight - log.scrollTop < 2;
            })()
            """
        try await browser.waitUntil("\(end) && !document.querySelector('.chat__latest')")
        // A notice below the log makes the log smaller; its end stays visible.
        try await browser.setViewport(width: 1440, height: 700)
        try await browser.waitUntil(end)
        _ = try await browser.execute("document.querySelector('.chat__log').scrollTop = 300")
        try await browser.waitUntil("document.querySelector('.chat__latest')")
        try await browser.setViewport(width: 1440, height: 800)
        let kept = try await browser.execute(
            "return document.querySelector('.chat__log').scrollTop")
        #expect(kept.number == 300)
    }
}
