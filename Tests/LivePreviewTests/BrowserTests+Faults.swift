import Diagnostics
import SiteModel
import TestSupport
import Testing

@testable import LivePreview

extension BrowserTests {
    private static let fault = Diagnostic(
        .syntaxError, "unexpected '<img src=x onerror=\"window.hacked = 1\">'",
        at: .init(
            page: "home", block: 2, component: "hero", field: "react_code", line: 3, column: 14),
        hint: "close the </dialog><script>window.hacked = 1</script> tag")

    @Test func faultsAreShownUntilTheyAreMended() async throws {
        let site = try PreviewedSite(Self.files)
        let port = try await site.start()
        try await open(port: port)
        site.send(.failed([Self.fault]))
        try await browser.waitUntil("\(Self.dialog).open")
        let text = try await browser.execute("return \(Self.dialog).innerText").string ?? ""
        for part in [
            "1 error", Self.fault.message, "page home", "block 2", "component hero",
            "react_code:3:14", Self.fault.hint ?? "", "syntax-error",
        ] { #expect(text.contains(part), "\(text)") }
        // What is quoted is text: nothing of it became an element or ran.
        #expect(
            try await browser.execute(
                "return \(Self.root).querySelectorAll('img, script, dialog dialog').length"
            ).number == 0)
        #expect(try await browser.execute("return window.hacked === undefined").bool == true)
        // It has styles of its own, and stands above the page.
        try await browser.waitUntil("getComputedStyle(\(Self.dialog)).borderTopWidth === '4px'")
        #expect(
            try await browser.execute(
                "return document.elementFromPoint(innerWidth / 2, 60).localName"
            ).string
                == "robbieblocks-preview")
        try await browser.keepScreenshot("preview-fault")

        site.send(.mended)
        try await browser.waitUntil("!\(Self.dialog).open && \(Self.badge).hidden")
        #expect(try await isMarked())
        try await expectQuietConsole()
        try await site.stop()
    }

    @Test func escapeClosesTheFaultsAndAButtonOpensThem() async throws {
        let site = try PreviewedSite(Self.files)
        let port = try await site.start()
        try await open(port: port)
        try await browser.find("#draft").click()
        site.send(.failed([Self.fault]))
        try await browser.waitUntil("\(Self.dialog).open")
        // Who reads it aloud hears its name, and the keyboard is in it.
        #expect(
            try await browser.execute(
                """
                const dialog = \(Self.dialog);
                const name = \(Self.root).getElementById(dialog.getAttribute('aria-labelledby'));
                return name.textContent === '1 error' && dialog.contains(\(Self.root).activeElement);
                """
            ).bool == true)
        try await press("Escape")
        try await browser.waitUntil("!\(Self.dialog).open && !\(Self.badge).hidden")
        #expect(try await browser.execute("return document.activeElement.id").string == "draft")

        // The same faults do not come back with a reload; others do.
        try site.publish(["index.html": Self.page("Two")])
        try await browser.waitUntil(
            "document.querySelector('h1').textContent === 'Two' && \(Self.badge).textContent === '1 error'"
        )
        #expect(try await browser.execute("return \(Self.dialog).open").bool == false)
        _ = try await browser.execute("\(Self.badge).click()")
        #expect(try await browser.execute("return \(Self.dialog).open").bool == true)
        try await press("Escape")
        var other = Self.fault
        other.location.column = 15
        site.send(.failed([other]))
        try await browser.waitUntil("\(Self.dialog).open")
        _ = try await browser.execute("\(Self.root).querySelector('.close').click()")
        #expect(try await browser.execute("return \(Self.dialog).open").bool == false)
        // Mended and broken again is news.
        site.send(.mended)
        try await browser.waitUntil("\(Self.badge).hidden")
        site.send(.failed([other]))
        try await browser.waitUntil("\(Self.dialog).open")
        try await expectQuietConsole()
        try await site.stop()
    }

    @Test func warningsDoNotStandInTheWay() async throws {
        let site = try PreviewedSite(Self.files)
        let port = try await site.start()
        try await open(port: port)
        let links = (0..<60).map {
            Diagnostic(.brokenLink, "no page '/\($0)/'", severity: .warning)
        }
        site.send(.failed(links))
        try await browser.waitUntil("\(Self.badge).textContent === '60 warnings'")
        #expect(try await browser.execute("return \(Self.dialog).open").bool == false)
        _ = try await browser.execute("\(Self.badge).click()")
        let text = try await browser.execute("return \(Self.dialog).innerText").string ?? ""
        #expect(text.contains("and 10 more"))
        try await site.stop()
    }

    private func press(_ key: String) async throws {
        for kind in ["keyDown", "keyUp"] {
            try await browser.devTools(
                "Input.dispatchKeyEvent",
                [
                    "type": .string(kind), "key": .string(key), "code": .string(key),
                    "windowsVirtualKeyCode": .number(27),
                ])
        }
    }
}
