import Core
import SiteModel
import TestSupport
import Testing

@testable import Operations

extension BrowserTests {
    @Test func aChangedPageIsReloadedWhereItWas() async throws {
        let site = try PreviewedSite(Self.files)
        let port = try await site.start()
        try await open(port: port)
        _ = try await browser.execute("window.scrollTo(0, 1500)")
        try site.publish(["index.html": Self.page("Two")])
        try await browser.waitUntil("document.querySelector('h1')?.textContent === 'Two'")
        #expect(try await !isMarked())
        try await browser.waitUntil("window.scrollY === 1500")
        try await expectQuietConsole()
        try await site.stop()
    }

    @Test func aTokenIsSwappedWithoutAReload() async throws {
        let site = try PreviewedSite(Self.files)
        let port = try await site.start()
        try await open(port: port)
        try await browser.find("#draft").sendKeys("kept")
        _ = try await browser.execute("window.scrollTo(0, 1500)")
        for number in [2, 3] {
            let css = "@layer tokens, base; h1 { color: rgb(\(number), \(number), \(number)) }"
            try site.publish(["assets/tokens.css": css, "assets/tokens.css.br": css])
            try await browser.waitUntil(
                Self.color(number)
                    + " && document.querySelectorAll('link[rel=stylesheet]').length === 2")
        }
        #expect(try await isMarked())
        #expect(
            try await browser.execute(
                "return [document.querySelector('#draft').value, window.scrollY]"
            ).text
                == #"["kept",1500]"#)
        try await expectQuietConsole()
        try await site.stop()
    }

    /// A component's styles have another name for other bytes, so that their page changes too.
    @Test func newNamesOfSheetsAreSwappedWithoutAReload() async throws {
        let site = try PreviewedSite(Self.files)
        let port = try await site.start()
        try await open(port: port)
        for number in [2, 3] {
            try site.publish([
                "index.html": Self.page("One", styles: "base-\(number)2222222"),
                "assets/base-\(number)2222222.css":
                    "@layer base { h1 { color: rgb(\(number), \(number), \(number)) } }",
            ])
            try await browser.waitUntil(
                Self.color(number)
                    + " && document.querySelectorAll('link[rel=stylesheet]').length === 2")
        }
        #expect(try await isMarked())
        // Styles and text in one release: that needs the page.
        try site.publish([
            "index.html": Self.page("Three", styles: "base-42222222"),
            "assets/base-42222222.css": "@layer base { h1 { color: rgb(4, 4, 4) } }",
        ])
        try await browser.waitUntil(
            Self.color(4) + " && document.querySelector('h1').textContent === 'Three'")
        #expect(try await !isMarked())
        try await expectQuietConsole()
        try await site.stop()
    }

    @Test func aSheetThatCannotBeLoadedLeavesThePageAsItIs() async throws {
        let site = try PreviewedSite(Self.files)
        let port = try await site.start()
        try await open(port: port)
        // Gone, and the page does not know: the browser is shown what is published.
        try site.publish(["assets/base-11111111.css": nil])
        try await browser.waitUntil("window.mark === undefined && \(Self.color(1))")
        try await site.stop()
    }

    @Test func whatThePageDoesNotUseChangesNothing() async throws {
        let site = try PreviewedSite(Self.files)
        let port = try await site.start()
        try await open(port: port)
        try site.publish(["other/index.html": Self.page("Other Two"), "assets/x.js": "1"])
        try site.publish(["assets/tokens.css": "h1 { color: rgb(2, 2, 2) }"])
        try await browser.waitUntil(Self.color(2))
        #expect(try await isMarked())
        try await site.stop()
    }

    @Test func aScriptThatThePageUsesIsRunAnew() async throws {
        let site = try PreviewedSite(Self.files)
        let port = try await site.start()
        try await open(port: port)
        try site.publish(["assets/app.js": "window.version = 2;"])
        try await browser.waitUntil("window.version === 2")
        #expect(try await !isMarked())
        try await site.stop()
    }

    @Test func aPageAppearsWhereNoneWas() async throws {
        let site = try PreviewedSite()
        let port = try await site.start()
        try await browser.open("http://127.0.0.1:\(port)/late/")
        #expect(try await browser.find("h1").text == "Nothing is published yet")
        try site.publish(Self.files)
        try await browser.waitUntil("document.querySelector('h1')?.textContent === 'Not here'")
        try site.publish(["late/index.html": Self.page("Late")])
        try await browser.waitUntil("document.querySelector('h1')?.textContent === 'Late'")
        try site.publish(["late/index.html": nil])
        try await browser.waitUntil("document.querySelector('h1')?.textContent === 'Not here'")
        try await site.stop()
    }
}
