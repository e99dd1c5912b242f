import Core
import SiteModel
import TestSupport
import Testing

@testable import Operations

extension BrowserTests {
    private static let fault = Diagnostic(
        .syntaxError, "unexpected '<img src=x onerror=\"window.hacked = 1\">'",
        at: .init(
            page: "home", block: 2, component: "hero", field: "react_code", line: 3, column: 14),
        hint: "close the </dialog><script>window.hacked = 1</script> tag")

    /// A fault of the home page, as a build reports it.
    private static func event(_ fault: Diagnostic, files: Set<String>? = nil) -> PreviewEvent {
        .failed([PreviewFault(SharedFault(fault), files: files)])
    }

    private static let code = """
        export default function Hero({ title }) {
        \tconst words = title.split(" ");
        \treturn (<h1>{wrods.join(" ")}</h1>);
        \t// a long line: \(String(repeating: "lorem ipsum ", count: 20))
        }
        """

    @Test func faultsAreShownUntilTheyAreMended() async throws {
        let site = try PreviewedSite(Self.files)
        let port = try await site.start()
        try await open(port: port)
        var fault = Self.fault
        fault.excerpt = .init(of: Self.code, line: 3, column: 14)
        site.send(Self.event(fault))
        try await browser.waitUntil("\(Self.dialog).open")
        let text = try await browser.execute("return \(Self.dialog).innerText").string ?? ""
        for part in [
            "1 error on this page", Self.fault.message, "const words = title.split", "page home",
            "block 2", "component hero",
            "react_code:3:14", Self.fault.hint ?? "", "syntax-error",
        ] { #expect(text.contains(part), "\(text)") }
        // Quotations are text: none became an element or ran.
        #expect(
            try await browser.execute(
                "return \(Self.root).querySelectorAll('img, script, dialog dialog').length"
            ).number == 0)
        #expect(try await browser.execute("return window.hacked === undefined").bool == true)
        // The caret stands below its column, whatever the font.
        let caret = try await browser.execute(
            """
            const row = \(Self.root).querySelector('.row.fault .text').firstChild;
            const place = document.createRange();
            place.setStart(row, fault_column);
            place.setEnd(row, fault_column + 1);
            const mark = document.createRange();
            const caret = \(Self.root).querySelector('.caret .text').lastChild;
            mark.setStart(caret, 0);
            mark.setEnd(caret, 1);
            return Math.abs(place.getBoundingClientRect().left - mark.getBoundingClientRect().left);
            """.replacing("fault_column", with: "16"))
        #expect(try #require(caret.number) < 1)
        // It has styles of its own, and stands above the page.
        try await browser.waitUntil("getComputedStyle(\(Self.dialog)).borderTopWidth === '4px'")
        #expect(
            try await browser.execute(
                "return document.elementFromPoint(innerWidth / 2, 60).localName"
            ).string
                == "robbieblocks-preview")
        try await browser.keepScreenshot("preview-fault")

        site.send(.fixed)
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
        site.send(Self.event(Self.fault))
        try await browser.waitUntil("\(Self.dialog).open")
        // Who reads it aloud hears its name, and the keyboard is in it.
        #expect(
            try await browser.execute(
                """
                const dialog = \(Self.dialog);
                const name = \(Self.root).getElementById(dialog.getAttribute('aria-labelledby'));
                return name.textContent === '1 error on this page' && dialog.contains(\(Self.root).activeElement);
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
        site.send(Self.event(other))
        try await browser.waitUntil("\(Self.dialog).open")
        _ = try await browser.execute("\(Self.root).querySelector('.close').click()")
        #expect(try await browser.execute("return \(Self.dialog).open").bool == false)
        // Mended and broken again is news.
        site.send(.fixed)
        try await browser.waitUntil("\(Self.badge).hidden")
        site.send(Self.event(other))
        try await browser.waitUntil("\(Self.dialog).open")
        try await expectQuietConsole()
        try await site.stop()
    }

    @Test func warningsDoNotStandInTheWay() async throws {
        let site = try PreviewedSite(Self.files)
        let port = try await site.start()
        try await open(port: port)
        let links = (0..<210).map {
            PreviewFault(Diagnostic(.brokenLink, "no page '/\($0)/'", severity: .warning))
        }
        site.send(.failed(links))
        try await browser.waitUntil("\(Self.badge).textContent === '210 warnings'")
        #expect(try await browser.execute("return \(Self.dialog).open").bool == false)
        _ = try await browser.execute("\(Self.badge).click()")
        let text = try await browser.execute("return \(Self.dialog).innerText").string ?? ""
        #expect(text.contains("and 10 more"))
        try await site.stop()
    }

    /// Elsewhere a fault is a number in a corner, which opens the list, also with the keyboard.
    @Test func otherPagesCountTheFaults() async throws {
        let site = try PreviewedSite(Self.files)
        let port = try await site.start()
        try await open("/other/", port: port)
        let both = SharedFault.all(
            in: ["home", "about"].map {
                var fault = Self.fault
                (fault.location.page, fault.location.block) = ($0, nil)
                return fault
            })
        let files: Set = ["index.html", "about/index.html"]
        site.send(.failed(both.map { PreviewFault($0, files: files) }))
        try await browser.waitUntil("\(Self.badge).textContent === '1 error'")
        #expect(try await browser.execute("return \(Self.dialog).open").bool == false)
        _ = try await browser.execute("\(Self.badge).focus(); \(Self.badge).click()")
        let text = try await browser.execute("return \(Self.dialog).innerText").string ?? ""
        for part in ["This page is up to date.", "2 pages home, about", "1 error elsewhere"] {
            #expect(text.contains(part), "\(text)")
        }
        try await press("Escape")
        try await browser.waitUntil("!\(Self.dialog).open")
        // The focus returns to the button that opened the list.
        #expect(
            try await browser.execute("return \(Self.root).activeElement.className").string
                == "badge")

        try await open(port: port)
        try await browser.waitUntil("\(Self.dialog).open")
        #expect(
            try await browser.execute("return \(Self.root).querySelector('h2').textContent").string
                == "1 error on this page")
        try await expectQuietConsole()
        try await site.stop()
    }

    /// The dialog with code, the list that the badge opens, and the badge, narrow and wide, in both schemes.
    @Test func theFaultsPassAxe() async throws {
        let axe = try await Axe.start(in: browser)
        let site = try PreviewedSite(Self.files)
        let port = try await site.start()
        var fault = Self.fault
        fault.excerpt = .init(of: Self.code, line: 3, column: 14)
        let warning = Diagnostic(
            .brokenLink, "no page '/x/'", at: .init(page: "about"), severity: .warning)
        site.send(
            .failed([
                PreviewFault(SharedFault(fault), files: ["index.html"]),
                PreviewFault(SharedFault(warning), files: ["about/index.html"]),
            ]))
        for (width, scheme) in [(360, "light"), (768, "dark"), (1440, "light"), (1440, "dark")] {
            try await browser.setViewport(width: width, height: 900)
            try await browser.devTools(
                "Emulation.setEmulatedMedia",
                [
                    "features": .array([
                        .object([
                            "name": .string("prefers-color-scheme"), "value": .string(scheme),
                        ])
                    ])
                ])
            func check(_ what: String) async throws {
                // The page of the test is as bare as it is; what is judged is laid over it.
                let found = try await axe.violations().filter {
                    $0.element.contains("robbieblocks-preview")
                }
                #expect(found == [], "\(what), \(width) px, \(scheme)")
                try await browser.keepScreenshot("preview-\(what)-\(scheme)-\(width)")
            }
            try await open(port: port)
            try await browser.waitUntil("\(Self.dialog).open")
            _ = try await browser.execute("\(Self.root).querySelector('details').open = true")
            try await check("dialog")
            #expect(
                try await browser.execute(
                    "return \(Self.dialog).scrollWidth <= innerWidth"
                ).bool == true)
            _ = try await browser.execute("\(Self.root).querySelector('.close').click()")
            try await open("/other/", port: port)
            try await browser.waitUntil("!\(Self.badge).hidden")
            try await check("badge")
            _ = try await browser.execute("\(Self.badge).click()")
            try await check("list")
            _ = try await browser.execute("sessionStorage.clear()")
        }
        try await axe.end()
        try await browser.devTools("Emulation.setEmulatedMedia", ["features": .array([])])
        try await browser.setViewport(width: 1440, height: 900)
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
