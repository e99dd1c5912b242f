import Core
import SiteModel
import TestSupport
import Testing

/// The pages of app `code`: how code is read and copied, and the ways through them.
extension StarterSiteTests {
    private static let pages = [
        "/code/", "/code/sql-guide/", "/code/components/", "/code/conditions/", "/code/themes/",
        "/code/api/",
    ]

    @Test func codeIsCopiedByKeyboard() async throws {
        try await browser.setViewport(width: 1440, height: 900)
        // Side navigation, outline and copy buttons are a behaviour each, and no React.
        let facts = try await shared.open("/code/", of: "testpilot")
        #expect(facts.islands == 0 && facts.fetchedScripts.count == 6)
        #expect(facts.fetchedScripts.count { $0.contains("/code-copy-") } == 1)
        try await shared.open("/code/sql-guide/", of: "testpilot")
        let counts = try await browser.execute(
            """
            navigator.clipboard.writeText = async (text) => { window.copied = text; };
            return ['.prose pre', '.code-copy__button'].map((all) =>
              document.querySelectorAll(all).length);
            """, as: [Int].self)
        #expect(counts[0] == counts[1] && counts[0] > 5)
        let first = "document.querySelector('.code-copy__button')"
        let status = "document.querySelector('p[role=status].visually-hidden')"
        #expect(try await text(status) == "")
        let name = try await browser.find(".code-copy__button").attribute("aria-label")
        #expect(name == "Copy: UPDATE robbieblocks_pages")

        // From the code, which takes the focus to be scrolled, Tab leads to its button.
        _ = try await browser.execute("document.querySelector('.prose pre').focus()")
        try await browser.type(WebElement.Key.tab)
        #expect(try await isSo("document.activeElement === \(first)"))
        #expect(try await isSo("parseFloat(getComputedStyle(\(first)).outlineWidth) > 1"))
        try await browser.type(WebElement.Key.enter)
        try await browser.waitUntil("\(status).textContent === 'Copied'")
        #expect(try await text(first) == "Copied")
        #expect(
            try await browser.execute("return window.copied").string
                == """
                UPDATE robbieblocks_pages
                SET content = replace(content, 'five working days', 'three working days')
                WHERE page_key = 'privacy';
                """)

        // Where the browser refuses, the code is left selected.
        _ = try await browser.execute("navigator.clipboard.writeText = () => Promise.reject()")
        try await browser.type(WebElement.Key.space)
        try await browser.waitUntil("\(status).textContent === 'Selected'")
        #expect(try await isSo("String(getSelection()).startsWith('UPDATE robbieblocks_pages')"))
        // The button then offers itself again.
        try await browser.waitUntil("\(first).textContent === 'Copy' && !\(status).textContent")
    }

    @Test func theOutlineLeadsToTheHeadings() async throws {
        try await browser.setViewport(width: 1440, height: 900)
        for page in Self.pages {
            let html = try #require(
                try shared.sites["testpilot"].bytes("\(page.dropFirst())index.html"))
            // It needs no script.
            #expect(String(decoding: html, as: UTF8.self).contains("page-outline__link"), "\(page)")
            try await shared.open(page, of: "testpilot")
            let lists = try await browser.execute(
                """
                return [
                  [...document.querySelectorAll('.page-outline__column a')]
                    .map((link) => link.getAttribute('href') + ' ' + link.textContent).join(),
                  [...document.querySelectorAll('.prose :is(h2, h3)')]
                    .map((heading) => '#' + heading.id + ' ' + heading.textContent).join(),
                ];
                """, as: [String].self)
            #expect(lists[0] == lists[1] && !lists[0].isEmpty, "\(page)")
        }

        try await shared.open("/code/sql-guide/", of: "testpilot")
        let current = "document.querySelector('.page-outline__column [aria-current=location]')"
        #expect(try await isSo("!\(current)"))
        for place in ["change-one-prop", "add-a-page"] {
            try await browser.find(".page-outline__column [href='#\(place)']").click()
            try await browser.waitUntil("\(current)?.getAttribute('href') === '#\(place)'")
            #expect(
                try await isSo("location.hash === '#\(place)' && document.querySelector(':target')")
            )
        }
        #expect(
            try await isSo(
                "document.querySelectorAll('.page-outline__column [aria-current]').length === 1"))
        // It stays to be seen.
        try await browser.waitUntil(
            "Math.abs(document.querySelector('#add-a-page').getBoundingClientRect().top) < 60")
        #expect(try await isSo("\(current).getBoundingClientRect().top > 0"))

        // On a small screen it is collapsed, and collapses again after a link was followed.
        try await browser.setViewport(width: 360, height: 740)
        try await shared.open("/code/sql-guide/", of: "testpilot")
        let fold = "document.querySelector('.page-outline__fold')"
        #expect(try await isSo("!\(fold).open && \(fold).checkVisibility()"))
        try await browser.find(".page-outline__summary").sendKeys(WebElement.Key.enter)
        try await browser.waitUntil("\(fold).open")
        try await browser.find(".page-outline__fold [href='#retire-a-page']").sendKeys(
            WebElement.Key.enter)
        try await browser.waitUntil("location.hash === '#retire-a-page' && !\(fold).open")
    }

    @Test func neighboursAreThoseOfTheSideNavigation() async throws {
        try await browser.setViewport(width: 1440, height: 900)
        for (index, page) in Self.pages.enumerated() {
            try await shared.open(page, of: "testpilot")
            let links = try await browser.execute(
                """
                const all = (selector) => [...document.querySelectorAll(selector)]
                  .map((link) => link.getAttribute('href')).join(' ');
                return [all('.side-nav a'), all('a[rel=prev]'), all('a[rel=next]')];
                """, as: [String].self)
            let after = index + 1 < Self.pages.count ? Self.pages[index + 1] : ""
            #expect(
                links == [
                    Self.pages.joined(separator: " "), index > 0 ? Self.pages[index - 1] : "",
                    after,
                ])
        }
        // A node with fewer pages has the neighbours that it has.
        try await shared.open("/code/api/", of: "vengeance-local")
        try await browser.find("a[rel=prev]").click()
        try await browser.waitUntil("location.pathname === '/code/themes/'")
    }

    /// The colours of code as they are shown, against the ground that is behind them.
    @Test func highlightedCodeReadsOnEveryNode() async throws {
        try await browser.setViewport(width: 1440, height: 900)
        for node in StarterSites.nodes {
            try await shared.open("/code/components/", of: node)
            for scheme in ["light", "dark"] {
                let faint = try await browser.execute(
                    """
                    document.documentElement.dataset.scheme = '\(scheme)';
                    const light = (color) => color.match(/[\\d.]+/g).slice(0, 3)
                      .map((part) => part / 255)
                      .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
                      .reduce((sum, c, index) => sum + c * [0.2126, 0.7152, 0.0722][index], 0);
                    const faint = [];
                    const seen = new Set();
                    for (const part of document.querySelectorAll('.prose pre span')) {
                      const pair = [getComputedStyle(part).color,
                        getComputedStyle(part.closest('pre')).backgroundColor].map(light);
                      const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
                      seen.add(part.className);
                      if (!(ratio >= 4.5)) faint.push(part.className + ' ' + ratio);
                    }
                    return seen.size < 4 ? 'only ' + [...seen] : faint.join();
                    """
                ).string
                #expect(faint == "", "\(node), \(scheme)")
            }
        }
    }

    private func isSo(_ expression: String) async throws -> Bool {
        try await browser.execute("return Boolean(\(expression))").bool == true
    }

    private func text(_ element: String) async throws -> String? {
        try await browser.execute("return \(element).textContent").string
    }
}
