import Core
import SiteModel
import TestSupport
import Testing

@testable import Operations

extension BrowserTests {
    @Test func aServerThatWasAwayIsFoundAgain() async throws {
        let site = try PreviewedSite(Self.files)
        let port = try await site.start()
        try await open(port: port)
        try await site.stop()
        try await browser.waitUntil(
            "!\(Self.note).hidden && \(Self.note).textContent.includes('does not answer')")
        try await browser.keepScreenshot("preview-lost")
        // Nothing was missed: the page stays.
        try await site.start(port: port)
        try await browser.waitUntil("\(Self.note).hidden")
        try site.publish(["assets/tokens.css": "h1 { color: rgb(2, 2, 2) }"])
        try await browser.waitUntil(Self.color(2))
        #expect(try await isMarked())
        // A release published during the interruption is shown, too.
        try await site.stop()
        try site.publish(["index.html": Self.page("Two")])
        try await site.start(port: port)
        try await browser.waitUntil("document.querySelector('h1')?.textContent === 'Two'")
        try await site.stop()
    }

    @Test func aDatabaseOutOfReachIsNoted() async throws {
        let site = try PreviewedSite(Self.files)
        let port = try await site.start()
        try await open(port: port)
        site.send(.disconnected("connection <b>refused</b>"))
        try await browser.waitUntil(
            "\(Self.note).textContent === 'No connection to the database: connection <b>refused</b>'"
        )
        #expect(try await browser.execute("return \(Self.note).checkVisibility()").bool == true)
        site.send(.connected)
        try await browser.waitUntil("\(Self.note).hidden")
        try await expectQuietConsole()
        try await site.stop()
    }

    /// A window that is not seen takes no connection; it catches up when it is looked at.
    @Test func aHiddenPageCatchesUp() async throws {
        let site = try PreviewedSite(Self.files)
        let port = try await site.start(clientLimit: 1)
        try await open(port: port)
        func show(_ state: String) async throws {
            _ = try await browser.execute(
                """
                Object.defineProperty(document, 'visibilityState',
                  { value: '\(state)', configurable: true });
                document.dispatchEvent(new Event('visibilitychange'));
                """)
        }
        try await show("hidden")
        // There is one place, which is free once the window has let go.
        var reader: EventReader?
        try await waitUntil("there is a place") {
            reader = try? await EventReader.open(port: port, query: "?release=1")
            return reader != nil
        }
        try site.publish(["assets/tokens.css": "h1 { color: rgb(2, 2, 2) }"])
        #expect(try await reader?.next("release") == #"{"changed":[],"release":1}"#)
        #expect(
            try await reader?.next("release") == #"{"changed":["assets/tokens.css"],"release":2}"#)
        reader = nil
        #expect(try await browser.execute("return \(Self.color(1))").bool == false)
        try await show("visible")
        try await browser.waitUntil(Self.color(2))
        #expect(try await isMarked())
        try await site.stop()
    }
}
