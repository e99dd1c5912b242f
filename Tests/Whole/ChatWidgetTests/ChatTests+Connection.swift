import Core
import Foundation
import SiteModel
import TestSupport
import Testing

/// The connection breaks, is shut, or is not there; nothing is lost and nothing is said twice.
extension ChatTests {
    private static let words = (0..<60).map { "w\($0)" }.joined(separator: " ")

    private func beginToCount(_ question: String = "Count do:steady-60") async throws {
        try await shared.ask(question)
        try await browser.waitUntil(
            "/w5/.test(document.querySelector('.markdown')?.innerText ?? '')")
    }

    @Test func aBrokenSocketIsReplacedInTheMiddleOfAnAnswer() async throws {
        try await shared.open()
        try await beginToCount()
        _ = try await browser.execute("window.sockets.at(-1).close()")
        try await browser.waitUntil("window.sockets.length > 1")
        try await shared.waitForAnswers(1)
        #expect(try await shared.answers() == [Self.words])
        #expect(try shared.stored("Count do:steady-60") == 1)
        _ = try await shared.complaints()
    }

    @Test func streamsByHTTPStandInWhereSocketsAreShut() async throws {
        try await shared.open()
        _ = try await browser.execute("sessionStorage.noSockets = 1")
        try await browser.reload()
        try await beginToCount("By HTTP do:steady-60")
        try await shared.waitForAnswers(1)
        #expect(try await shared.answers() == [Self.words])
        let requests = try await browser.execute(
            """
            return performance.getEntriesByType('resource')
              .filter((entry) => entry.name.endsWith('/api/chat')).length
            """)
        #expect(requests.number == 1)
        _ = try await shared.complaints()
    }

    @Test func anAnswerGoesOnAfterTheSocketIsShutForGood() async throws {
        try await shared.open()
        try await beginToCount("Both ways do:steady-60")
        _ = try await browser.execute(
            "sessionStorage.noSockets = 1; window.sockets.at(-1).close()")
        try await shared.waitForAnswers(1)
        #expect(try await shared.answers() == [Self.words])
        let resumed = try await browser.execute(
            """
            return performance.getEntriesByType('resource')
              .some((entry) => entry.name.includes('/api/messages/') && entry.name.endsWith('/stream'))
            """)
        #expect(resumed.bool == true)
        _ = try await shared.complaints()
    }

    @Test func aPageThatIsLoadedAgainShowsTheRest() async throws {
        try await shared.open()
        try await beginToCount("Reload do:steady-60")
        try await browser.reload()
        try await shared.waitForAnswers(1)
        #expect(try await shared.answers() == [Self.words])
        #expect(try shared.stored("Reload do:steady-60") == 1)
    }

    @Test func aQuestionWaitsUntilTheVisitorIsOnlineAgain() async throws {
        try await shared.open()
        try await browser.waitUntil("document.querySelector('.chat').dataset.connection === 'open'")
        try await setOffline(true)
        try await browser.waitUntil(
            "/offline/.test(document.querySelector('.chat__state')?.innerText)")
        try await shared.ask("Later do:fast-3")
        try await browser.keepScreenshot("testpilot/1440/chat-offline")
        try await setOffline(false)
        try await shared.waitForAnswers(1)
        #expect(try await shared.answers() == ["w0 w1 w2"])
        #expect(try shared.stored("Later do:fast-3") == 1)
        try await browser.waitUntil("!document.querySelector('.chat__state')")
        _ = try await shared.complaints()
    }

    private func setOffline(_ isOffline: Bool) async throws {
        try await browser.devTools("Network.enable")
        try await browser.devTools(
            "Network.emulateNetworkConditions",
            [
                "offline": .bool(isOffline), "latency": .number(0),
                "downloadThroughput": .number(-1), "uploadThroughput": .number(-1),
            ])
    }

    @Test func aQuestionOutlivesARestartOfTheService() async throws {
        try await shared.open()
        try await browser.waitUntil("document.querySelector('.chat').dataset.connection === 'open'")
        shared.service.end()
        try await shared.ask("Are you there? do:fast-3")
        try await browser.waitUntil(
            "document.querySelector('.chat__state')?.innerText === 'Reconnecting…'")
        try await shared.service.start()
        try await shared.waitForAnswers(1)
        #expect(try await shared.answers() == ["w0 w1 w2"])
        #expect(try shared.stored("Are you there? do:fast-3") == 1)
        _ = try await shared.complaints()
    }

    @Test func whereNobodyAnswersTheVisitorIsTold() async throws {
        try await shared.open()
        try await browser.waitUntil("document.querySelector('.chat').dataset.connection === 'open'")
        shared.service.end()
        try await shared.ask("Nobody? do:fast-3")
        var note = ""
        for _ in 0..<8 where note.isEmpty {
            try? await browser.waitUntil("document.querySelector('.chat__note--failed')")
            note = try await shared.text(of: ".chat__note--failed")
        }
        #expect(note == "Robbie cannot be reached just now.")
        try await shared.service.start()
        try await shared.press("Try again")
        try await shared.waitForAnswers(1)
        #expect(try await shared.answers() == ["w0 w1 w2"])
        #expect(try shared.stored("Nobody? do:fast-3") == 1)
        _ = try await shared.complaints()
    }
}
