import Core
import SiteModel
import TestSupport
import Testing

/// What visitors bring along: a keyboard, a dark system, forced colours, a printer.
extension StarterSiteTests {
    @Test func theMobileMenuClosesByKeyboard() async throws {
        try await browser.setViewport(width: 360, height: 740)
        try await shared.open("/pricing/", of: "testpilot")
        let menu = "document.querySelector('.site-header__menu')"
        let toggle = try await browser.find(".site-header__toggle")

        try await toggle.click()
        try await browser.waitUntil("\(menu).open")
        try await browser.keepScreenshot("testpilot/360/menu")
        // The panel hangs from the header's lower edge.
        let gap = try await browser.execute(
            """
            const edge = (name, side) =>
              document.querySelector(name).getBoundingClientRect()[side];
            return edge('.site-header__panel', 'top') - edge('.site-header', 'bottom');
            """, as: Double.self)
        #expect(abs(gap) < 1)
        try await browser.type(WebElement.Key.tab)
        #expect(try await isTrue("\(menu).contains(document.activeElement) && \(menu).open"))
        try await browser.type(WebElement.Key.escape)
        #expect(try await isTrue("!\(menu).open"))
        #expect(try await isTrue("document.activeElement.matches('.site-header__toggle')"))

        // From the last entry the focus goes on to the page behind the menu.
        try await toggle.sendKeys(WebElement.Key.enter)
        try await browser.waitUntil("\(menu).open")
        _ = try await browser.execute("[...\(menu).querySelectorAll('a')].at(-1).focus()")
        #expect(try await isTrue("\(menu).open"))
        try await browser.type(WebElement.Key.tab)
        #expect(
            try await isTrue("!\(menu).open && document.activeElement.closest('main, header')"))

        // Escape with the menu closed is left to others.
        _ = try await browser.execute("document.querySelector('main a[href]').focus()")
        try await browser.type(WebElement.Key.escape)
        #expect(try await isTrue("document.activeElement.closest('main')"))
    }

    /// Without a script and without a server: the visitor's mail program takes the form.
    @Test func theContactFormWritesAMail() async throws {
        try await shared.open("/contact/", of: "testpilot")
        let form = "document.querySelector('.contact-form__form')"
        #expect(try await isTrue("!\(form).checkValidity()"))
        _ = try await browser.takeConsole()
        let facts = try await browser.execute(
            """
            for (const field of \(form).querySelectorAll('input, textarea')) {
              field.value = 'ada@brand.example';
            }
            const refused = [];
            addEventListener('securitypolicyviolation', (event) => {
              refused.push(event.violatedDirective);
            });
            const isValid = \(form).checkValidity();
            \(form).requestSubmit();
            return new Promise((done) => setTimeout(() => done([
              String(isValid), \(form).action, \(form).enctype, location.pathname, ...refused,
            ]), 300));
            """, as: [String].self)
        #expect(
            facts == [
                "true", "mailto:hello@testpilot.example?subject=A%20test%20for%20our%20pack",
                "text/plain", "/contact/",
            ])
        let refusals = try await browser.takeConsole().filter {
            $0.message.contains("Content Security Policy")
        }
        #expect(refusals == [])
    }

    /// Where the side navigation is a row that scrolls, it shows the current page.
    @Test func theRowOfPagesShowsTheCurrentOne() async throws {
        try await browser.setViewport(width: 360, height: 740)
        for route in ["/code/api/", "/style-guide/"] {
            try await shared.open(route, of: "testpilot")
            let place = try await browser.execute(
                """
                const row = document.querySelector('.side-nav__list').getBoundingClientRect();
                const now = document.querySelector('.side-nav__link[aria-current]')
                  .getBoundingClientRect();
                return [now.left - row.left, row.right - now.right];
                """, as: [Double].self)
            #expect(place[0] >= 0 && place[1] >= 0, "\(route): \(place)")
        }
    }

    /// Fields, boxes and scroll bars, which the browser draws, are in the colours of the page.
    @Test func theColorSchemeFollowsTheSystem() async throws {
        try await browser.setViewport(width: 1440, height: 900)
        let script = """
            const scheme = (element) => getComputedStyle(element).colorScheme;
            return [...new Set([document.documentElement, document.body,
              ...document.querySelectorAll('input, select, textarea')].map(scheme))];
            """
        for (node, light, dark) in [
            ("testpilot", "light", "dark"), ("vengeance-local", "dark", "dark"),
            ("aurora-town-local", "light", "light"),
        ] {
            let page = node == "testpilot" ? "/pricing/" : "/"
            for (isDark, expected) in [(false, light), (true, dark)] {
                try await browser.setPrefersDark(isDark)
                try await shared.open(page, of: node)
                let schemes = try await browser.execute(script, as: [String].self)
                #expect(schemes == [expected], "\(node), system dark: \(isDark)")
            }
            if node == "testpilot" {
                try await browser.keepScreenshot("testpilot/1440/system-dark")
            }
            // The visitor's choice wins over the system.
            let other = dark == "dark" ? "light" : "dark"
            _ = try await browser.execute("document.documentElement.dataset.scheme = '\(other)'")
            #expect(try await browser.execute(script, as: [String].self) == [other], "\(node)")
        }
        try await browser.setMedia()
    }

    /// The system's colours replace the background of every box, but not what a chart is read by.
    @Test func forcedColorsKeepLegendsAndChoices() async throws {
        try await browser.setViewport(width: 1440, height: 900)
        try await browser.setMedia(features: ["forced-colors": "active"])
        try await shared.open("/work/dashboard/", of: "testpilot")
        #expect(try await isTrue("matchMedia('(forced-colors: active)').matches"))
        let colors = try await browser.execute(
            """
            const color = (selector, name, part) =>
              getComputedStyle(document.querySelector(selector), part)[name];
            return [
              color('body', 'backgroundColor'),
              color('.revenue-chart__key--bar', 'backgroundColor', '::before'),
              color('.revenue-chart__bar', 'fill'),
              color('.revenue-chart__key--line', 'backgroundColor', '::before'),
              color('.revenue-chart__line', 'stroke'),
              color('.mood-indicator__step', 'backgroundColor'),
              color('.mood-indicator__step[data-now]', 'backgroundColor'),
              color('.theme-switch__choice', 'backgroundColor'),
              color('.theme-switch__choice[aria-pressed=true]', 'backgroundColor'),
            ];
            """, as: [String].self)
        try await browser.keepScreenshot("testpilot/1440/forced-colors")
        try await browser.setMedia()
        try #require(colors.count == 9)
        #expect(Set(colors[0...1] + [colors[3]]).count == 3, "page, bars and line: \(colors)")
        #expect(colors[1] == colors[2] && colors[3] == colors[4], "legend and plot: \(colors)")
        #expect(colors[5] != colors[6] && colors[7] != colors[8], "\(colors)")
    }

    /// A4 across has room for a side bar, which is not printed: the text takes its place.
    @Test func paperIsUsedInFull() async throws {
        // 297 and 210 mm less 10 mm on each side, in CSS pixels.
        for (width, height) in [(1047, 718), (718, 1047)] {
            try await browser.setViewport(width: width, height: height)
            for (node, page) in [
                ("testpilot", "/code/sql-guide/"), ("testpilot", "/privacy/"),
                ("testpilot", "/work/dashboard/"), ("vengeance-local", "/play/shelf-game/"),
                ("testpilot", "/chat/"), ("testpilot", "/pricing/"),
            ] {
                try await shared.open(page, of: node)
                try await browser.setMedia("print")
                let facts = try await browser.execute(
                    """
                    const main = document.querySelector('main').getBoundingClientRect();
                    const widths = [...document.querySelectorAll('.prose > :is(h1, h2, p, pre)')]
                      .map((element) => element.getBoundingClientRect().width);
                    return [
                      main.width, Math.min(main.width, ...widths),
                      [...document.querySelectorAll('pre')]
                        .filter((code) => code.scrollWidth > code.clientWidth).length,
                      document.documentElement.scrollWidth,
                    ];
                    """, as: [Double].self)
                if width > height {
                    let name = page.split(separator: "/").joined(separator: "-")
                    try await browser.keepScreenshot("\(node)/print/\(name)")
                }
                try await browser.setMedia()
                let place = "\(node)\(page) on \(width) px: \(facts)"
                #expect(facts[0] == Double(width), "\(place)")
                #expect(facts[1] >= Double(width) * 0.98, "\(place)")
                #expect(facts[2] == 0, "\(place)")
                #expect(facts[3] <= Double(width), "\(place)")
            }
        }
    }

    private func isTrue(_ expression: String) async throws -> Bool {
        try await browser.execute("return Boolean(\(expression))").bool == true
    }
}
