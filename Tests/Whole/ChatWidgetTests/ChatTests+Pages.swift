import Core
import Foundation
import SiteModel
import TestSupport
import Testing

/// The history, the bar, the mood, and who has no mouse, no eyes or no script.
extension ChatTests {
    private var listed: String {
        "[...document.querySelectorAll('.chat__entry-title')].map((one) => one.textContent)"
    }

    @Test func earlierConversationsAreListedOpenedAndDeleted() async throws {
        try await shared.open()
        for question in ["Alpha do:fast-1", "Beta do:fast-1", "Gamma do:fast-1"] {
            try await shared.ask(question)
            try await shared.waitForAnswers(1)
            try await shared.press("New")
            try await browser.waitUntil("!document.querySelector('.chat__turn')")
        }
        try await shared.press("History")
        try await browser.waitUntil("\(listed).length === 3")
        let titles = try await browser.execute("return \(listed)", as: [String].self)
        #expect(titles.map { String($0.prefix(4)) } == ["Gamm", "Beta", "Alph"])
        try await browser.keepScreenshot("testpilot/1440/chat-history")

        // The arrow keys move, Enter opens, and the focus is where writing goes on.
        let focused = "document.activeElement.querySelector?.('.chat__entry-title')?.textContent"
        try await browser.waitUntil("\(focused)?.startsWith('Gamma')")
        try await press(WebElement.Key.down)
        try await browser.waitUntil("\(focused)?.startsWith('Beta')")
        try await press(WebElement.Key.end)
        try await browser.waitUntil("\(focused)?.startsWith('Alpha')")
        try await press(WebElement.Key.down)
        try await browser.waitUntil("\(focused)?.startsWith('Gamma')")
        try await press(WebElement.Key.up)
        try await press(WebElement.Key.enter)
        try await shared.waitForAnswers(1)
        #expect(try await shared.text(of: ".chat__question p").hasSuffix("Alpha do:fast-1"))
        try await browser.waitUntil("document.activeElement.name === 'message'")

        // Deleting asks once more, and is for good.
        try await shared.press("History")
        try await browser.waitUntil("\(listed).length === 3")
        let last = try await browser.find(".chat__history-item:last-child .chat__delete")
        try await last.click()
        #expect(try await browser.execute("return \(listed).length").number == 3)
        try await last.click()
        try await browser.waitUntil("\(listed).length === 2")
        try await browser.waitUntil("!document.querySelector('.chat__turn')")
        try await browser.reload()
        try await browser.waitUntil("document.querySelector('.chat__tools')")
        try await shared.press("History")
        try await browser.waitUntil("\(listed).length === 2")
        try await press(WebElement.Key.escape)
        try await browser.waitUntil("document.activeElement.textContent === 'History'")
        let complaints = try await shared.complaints()
        #expect(complaints == [])
    }

    /// Sends keys to whatever has the focus.
    private func press(_ keys: String) async throws {
        try await browser.type(keys)
    }

    @Test func theBarAsksOnTheChatPage() async throws {
        try await shared.open("/pricing/")
        // Who only reads has no connection.
        #expect(try await browser.execute("return window.sockets.length").number == 0)
        try await browser.find(".robbie-bar__field").sendKeys(
            "From the bar do:fast-2" + WebElement.Key.enter)
        try await browser.waitUntil(
            "location.pathname === '/chat/' && document.querySelector('.chat__tools')")
        try await browser.waitUntil("document.activeElement.matches('.chat__form textarea')")
        try await shared.waitForAnswers(1)
        #expect(try await browser.execute("return document.activeElement.name").string == "message")
        #expect(try await shared.text(of: ".chat__question p").hasSuffix("From the bar do:fast-2"))
        #expect(try await shared.answers() == ["w0 w1"])
        // Coming back to the page does not ask again.
        try await browser.reload()
        try await shared.waitForAnswers(1)
        #expect(try shared.stored("From the bar do:fast-2") == 1)
        let complaints = try await shared.complaints()
        #expect(complaints == [])
    }

    /// A conversation with everything that an answer can have, the list of earlier ones beside it.
    @Test func aConversationPassesAxe() async throws {
        let axe = try await Axe.start(in: browser)
        try await shared.open()
        try await shared.ask(
            "Show all of it "
                + ChatBrowser.say("# A\n\n```sql\nSELECT 1\n```\n\n|a|b|\n|-|-:|\n|1|2|\n\n- [x] c")
        )
        try await shared.waitForAnswers(1)
        for isListed in [false, true] {
            if isListed {
                try await shared.press("History")
                try await browser.waitUntil("\(listed).length > 0")
            }
            for (width, scheme) in [(1440, "light"), (360, "dark")] {
                try await browser.setViewport(width: width, height: 900)
                _ = try await browser.execute(
                    "document.documentElement.dataset.scheme = '\(scheme)'")
                let violations = try await axe.violations()
                #expect(violations == [], "\(width) px, \(scheme), list: \(isListed)")
            }
        }
        try await axe.end()
    }

    private func setMood(_ mood: Int) async throws {
        let answer = try await shared.sites["testpilot"].server.send(
            "PUT", "/api/personality",
            headers: [
                "content-type": "application/json",
                "authorization": "Bearer \(ChatService.adminToken)",
            ], body: Array("{\"mood\":\(mood)}".utf8))
        try #require(answer.status == 200, "\(answer.text)")
    }

    @Test func anOldAnswerDoesNotUndoTheMood() async throws {
        try await shared.open("/robots.txt")
        try await setMood(2)
        _ = try await browser.execute("sessionStorage.holdsMood = 1")
        try await shared.open("/work/dashboard/", isNew: false)
        try await browser.waitUntil("window.releaseMood")
        try await setMood(6)
        let bar = "document.querySelector('.robbie-bar__mood').lastChild.textContent"
        try await browser.waitUntil("\(bar) === 'excited'")
        _ = try await browser.execute(
            "window.releaseMood(); return new Promise((done) => setTimeout(done, 100))")
        #expect(try await browser.execute("return \(bar)", as: String.self) == "excited")
    }

    @Test func theMoodReachesEveryOpenWidget() async throws {
        try await shared.open("/work/dashboard/")
        let name = "document.querySelector('.mood-indicator__name').textContent"
        let bar = "document.querySelector('.robbie-bar__mood').lastChild.textContent"
        for (mood, word) in [(7, "hyper"), (1, "calm"), (3, "focused")] {
            try await setMood(mood)
            try await browser.waitUntil("\(name) === '\(word)' && \(bar) === '\(word)'")
        }
        try await browser.keepScreenshot("testpilot/1440/mood-indicator")
        // A page without a connection asks once.
        try await shared.open("/customers/")
        try await browser.waitUntil("\(bar) === 'focused'")
        #expect(try await browser.execute("return window.sockets.length").number == 0)
        try await shared.open("/chat/")
        try await browser.waitUntil(
            "document.querySelector('.chat__mood strong').textContent === 'focused'")
        let complaints = try await shared.complaints()
        #expect(complaints == [])
    }

    @Test(arguments: ["/chat/", "/pricing/"])
    func theFormWorksWithoutAScript(path: String) async throws {
        try await browser.devTools(
            "Emulation.setScriptExecutionDisabled", ["value": .bool(true)])
        do {
            try await browser.open(shared.sites["testpilot"].address + path)
            let form = path == "/chat/" ? ".chat__form" : ".robbie-bar__ask"
            try await browser.find("\(form) [name=message]").sendKeys("No script do:fast-3")
            try await browser.find("\(form) button[type=submit]").click()
            // A page without scripts cannot be asked by one.
            var text = ""
            for _ in 0..<100 where !text.contains("w0 w1 w2") {
                text = (try? await browser.find("body").text) ?? ""
            }
            #expect(text.contains("No script do:fast-3"))
            #expect(text.contains("w0 w1 w2"))
            try await browser.keepScreenshot("testpilot/1440/chat-without-script")
        } catch {
            try await browser.devTools(
                "Emulation.setScriptExecutionDisabled", ["value": .bool(false)])
            throw error
        }
        try await browser.devTools(
            "Emulation.setScriptExecutionDisabled", ["value": .bool(false)])
    }

    /// One polite region, which speaks in sentences; the log itself is silent.
    @Test func whatIsWrittenIsReadInSentences() async throws {
        try await shared.open()
        _ = try await browser.execute(
            """
            window.said = [];
            const region = document.querySelector('.chat [role=status]');
            new MutationObserver(() => {
              if (window.said.at(-1) !== region.textContent) window.said.push(region.textContent);
            }).observe(region, { childList: true, subtree: true, characterData: true });
            """)
        let sentences = (1...8).map { "This is the sentence of the number \($0)." }
        try await shared.ask(
            "Read " + ChatBrowser.say(sentences.joined(separator: " "), every: 80))
        try await shared.waitForAnswers(1)
        try await browser.waitUntil("/End of the answer/.test(window.said.at(-1))")
        let said = try await browser.execute("return window.said", as: [String].self)
        #expect(said.first == "Robbie is answering.")
        #expect(said.count > 2 && said.count < 9, "\(said)")
        for part in said.dropFirst().dropLast() { #expect(part.hasSuffix("."), "\(part)") }
        let all = said.dropFirst().joined(separator: " ")
        #expect(all.hasPrefix(sentences.joined(separator: " ") + " End of the answer"), "\(all)")
        let regions = try await browser.execute(
            """
            const log = document.querySelector('.chat [role=log]');
            return [String(document.querySelectorAll('.chat [role=status], .chat [aria-live=polite]').length),
              log.getAttribute('aria-live')]
            """, as: [String].self)
        #expect(regions == ["1", "off"])
    }

    @Test func keysAloneAreEnough() async throws {
        try await shared.open()
        try await browser.find(".chat__suggestion").sendKeys(WebElement.Key.down)
        let second = try await browser.execute(
            """
            const all = [...document.querySelectorAll('.chat__suggestion')];
            return all.indexOf(document.activeElement)
            """)
        #expect(second.number == 1)
        // Everything that takes the focus shows it.
        _ = try await browser.execute("document.querySelector('.chat__tool').focus()")
        var unseen: [String] = []
        for _ in 0..<8 {
            try await press(WebElement.Key.tab)
            let state = try await browser.execute(
                """
                const element = document.activeElement;
                const around = (one) => {
                  const style = getComputedStyle(one);
                  return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 1
                    || style.boxShadow !== 'none';
                };
                return element.closest('.chat') && !around(element)
                  && !around(element.closest('form') ?? element) ? element.outerHTML.slice(0, 80) : '';
                """)
            if let text = state.string, !text.isEmpty { unseen.append(text) }
        }
        #expect(unseen == [])
        // Two lines, then one message.
        let field = try await browser.find(ChatBrowser.field)
        try await field.sendKeys(
            "One" + WebElement.Key.shift + WebElement.Key.enter + WebElement.Key.shift
                + "Two do:fast-1"
                + WebElement.Key.enter)
        try await shared.waitForAnswers(1)
        #expect(try shared.stored("One\nTwo do:fast-1") == 1)
    }
}
