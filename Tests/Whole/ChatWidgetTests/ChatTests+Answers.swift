import Core
import SiteModel
import TestSupport
import Testing

/// Stop, again, otherwise, differently asked.
extension ChatTests {
    /// The visitor sees a status from the first second on, until there is text.
    @Test(arguments: [360, 1440])
    func aVisitorWhoWaitsSeesMoreThanDots(width: Int) async throws {
        try await shared.open(width: width)
        _ = try await browser.execute("sessionStorage.stepsSeconds = 1")
        let axe = try await Axe.start(in: browser)
        try await shared.open(width: width, isNew: false)
        // No text at all; the page's seconds pass when the test says so.
        try await shared.ask("How long does a test take? do:hang")
        try await browser.waitUntil("window.eachSecond.size === 1")
        for (seconds, words, name) in [
            (1, "Looking through the pages of this site", "first"),
            (7, "Still working on the answer", "later"),
            (17, "This takes longer than usual. You can stop it and ask again.", "long"),
        ] {
            _ = try await browser.execute(
                "for (let second = 0; second < \(seconds); second += 1) window.passSecond()")
            try await browser.waitUntil(
                "document.querySelector('.chat__waiting-words')?.textContent === '\(words)'")
            let isSeen = try await browser.execute(
                """
                const box = document.querySelector('.chat__waiting').getBoundingClientRect();
                return box.width > 0 && box.right <= innerWidth && box.bottom <= innerHeight
                  && document.querySelector('.chat__dots').checkVisibility()
                  && document.documentElement.scrollWidth <= innerWidth
                """)
            #expect(isSeen.bool == true, "\(words)")
            // Screen readers announce the same.
            try await browser.waitUntil(
                """
                [...document.querySelectorAll('[role=status], [aria-live]')]
                  .some((one) => one.textContent.includes('\(words)'))
                """)
            for isDark in [false, true] {
                let scheme = isDark ? "dark" : "light"
                _ = try await browser.execute(
                    "document.documentElement.dataset.scheme = '\(scheme)'")
                try await browser.keepScreenshot(
                    "testpilot/\(width)/chat-waiting-\(name)-\(scheme)")
                if name == "later" { #expect(try await axe.violations() == [], "\(scheme)") }
            }
        }
        try await browser.find(ChatBrowser.field).sendKeys(WebElement.Key.escape)
        try await browser.waitUntil("!document.querySelector('.chat__waiting')")
        #expect(try await shared.text(of: ".chat__note--stopped") == "You stopped this answer.")
        // The model is not asked any longer.
        let counts = try await shared.peer.counts(of: "asked") { $0.open == 0 }
        #expect(counts.open == 0)
        try await axe.end()
        _ = try await browser.execute("sessionStorage.clear()")
    }

    @Test func escapeStopsAnAnswer() async throws {
        try await shared.open()
        try await shared.ask("Count do:steady-400")
        try await browser.waitUntil(
            "/w3/.test(document.querySelector('.markdown')?.innerText ?? '')")
        try await browser.find(ChatBrowser.field).sendKeys(WebElement.Key.escape)
        try await shared.waitForAnswers(1)
        #expect(try await shared.text(of: ".chat__note--stopped") == "You stopped this answer.")
        let counts = try await shared.peer.counts(of: "asked") { $0.open == 0 }
        #expect(counts.open == 0)
        let focused = try await browser.execute("return document.activeElement.name")
        #expect(focused.string == "message")
        // The text so far is kept, here and on the server.
        let said = try await shared.answers()
        #expect(said[0].hasPrefix("w0 w1 w2"))
        try await browser.reload()
        try await shared.waitForAnswers(1)
        #expect(try await shared.answers()[0].hasPrefix("w0 w1 w2"))
        #expect(try await shared.text(of: ".chat__note--stopped") == "You stopped this answer.")
    }

    @Test func theEarlierAnswerStaysReachable() async throws {
        try await shared.open()
        try await shared.ask("Twice do:fast-5")
        try await shared.waitForAnswers(1)
        #expect(try shared.stored("Twice do:fast-5") == 1)
        try await shared.press("Another answer")
        try await browser.waitUntil("document.querySelector('.chat__versions')")
        try await shared.waitForAnswers(1)
        #expect(try await shared.text(of: ".chat__versions") == "2/2")
        #expect(try shared.stored("Twice do:fast-5") == 1)
        try await shared.press("Earlier answer")
        #expect(try await shared.text(of: ".chat__versions") == "1/2")
        #expect(try await shared.answers() == ["w0 w1 w2 w3 w4"])
        try await browser.reload()
        try await shared.waitForAnswers(1)
        #expect(try await shared.text(of: ".chat__versions").hasSuffix("/2"))
        let complaints = try await shared.complaints()
        #expect(complaints == [])
    }

    @Test func aQuestionIsEditedAndAskedAgain() async throws {
        try await shared.open()
        try await shared.ask("One do:fast-2")
        try await shared.waitForAnswers(1)
        try await shared.ask("Two do:fast-2")
        try await shared.waitForAnswers(2)
        try await browser.find(".chat__turn .chat__edit").click()
        let editor = try await browser.find(".chat__editor textarea")
        try await editor.sendKeys(WebElement.Key.escape)
        try await browser.waitUntil("document.activeElement.classList.contains('chat__edit')")
        try await browser.find(".chat__turn .chat__edit").click()
        try await browser.find(".chat__editor textarea").sendKeys(" please" + WebElement.Key.enter)
        try await shared.waitForAnswers(1)
        let question = "One do:fast-2 please"
        #expect(try await shared.text(of: ".chat__question p").hasSuffix(question))
        try await browser.reload()
        try await shared.waitForAnswers(1)
        #expect(try await shared.text(of: ".chat__question p").hasSuffix(question))
        let complaints = try await shared.complaints()
        #expect(complaints == [])
    }

    @Test func anAnswerThatWasCutOffIsTriedAgain() async throws {
        try await shared.open()
        try await shared.ask("Break do:cut-4")
        try await shared.waitForAnswers(1)
        #expect(
            try await shared.text(of: ".chat__note--cut_off")
                == "This answer was cut off before its end.")
        #expect(try await shared.answers()[0].hasPrefix("w0 w1 w2 w3"))
        try await shared.press("Try again")
        try await browser.waitUntil("document.querySelector('.chat__versions')")
        try await shared.waitForAnswers(1)
        #expect(try await shared.text(of: ".chat__versions") == "2/2")
    }

    @Test func answersAndCodeAreCopied() async throws {
        try await shared.open()
        try await browser.devTools(
            "Browser.grantPermissions",
            [
                "permissions": .array([
                    .string("clipboardReadWrite"), .string("clipboardSanitizedWrite"),
                ])
            ])
        let answer = "Do **this**:\n\n```sql\nSELECT 1;\n```"
        try await shared.open()
        // A line of a question is sent with Shift and Enter.
        let field = try await browser.find(ChatBrowser.field)
        for (index, line) in ChatBrowser.say(answer).split(
            separator: "\n", omittingEmptySubsequences: false
        ).enumerated() {
            if index > 0 {
                try await field.sendKeys(
                    WebElement.Key.shift + WebElement.Key.enter + WebElement.Key.shift)
            }
            if !line.isEmpty { try await field.sendKeys(String(line)) }
        }
        try await field.sendKeys(WebElement.Key.enter)
        try await shared.waitForAnswers(1)
        for (label, copied) in [("Copy code", "SELECT 1;"), ("Copy", answer)] {
            try await shared.press(label)
            try await browser.waitUntil(
                "document.querySelector('.chat [role=status]').textContent === 'Copied'")
            let text = try await browser.execute("return navigator.clipboard.readText()")
            #expect(text.string == copied)
            try await browser.waitUntil(
                "![...document.querySelectorAll('.chat button')].some((one) => one.textContent === 'Copied')"
            )
        }
    }

    /// The server's limit, with how long to wait.
    @Test func whoAsksTooMuchIsToldWhenToGoOn() async throws {
        try await shared.open()
        var count = 0
        while count < 40, try await shared.text(of: ".chat__note--failed").isEmpty {
            count += 1
            try await shared.ask("More do:fast-1")
            try await shared.waitForAnswers(count)
        }
        let note = try await shared.text(of: ".chat__note--failed")
        #expect(note.contains("try again in"), "\(count) questions: \(note)")
        #expect(
            try await shared.text(of: ".chat__turn:last-child .chat__actions").contains("Try again")
        )
    }
}
