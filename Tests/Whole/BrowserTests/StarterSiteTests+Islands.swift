import Core
import Foundation
import Publishing
import SiteModel
import TestSupport
import Testing

extension StarterSiteTests {
    @Test func theCalculatorFollowsItsInputs() async throws {
        try await open("/pricing/")
        let total = try await browser.find(".pricing-calculator__total")
        var prices = [try await total.text]
        try await browser.find("#pricing-calculator-concepts").sendKeys(WebElement.Key.right)
        prices.append(try await total.text)
        try await browser.find("#pricing-calculator-shoppers").sendKeys(WebElement.Key.end)
        prices.append(try await total.text)
        try await browser.find("#pricing-calculator-markets option[value='4']").click()
        prices.append(try await total.text)
        try await browser.find(".pricing-calculator__addon").click()
        prices.append(try await total.text)
        #expect(prices.allSatisfy { $0.hasPrefix("$") }, "\(prices)")
        let amounts = prices.compactMap { Int($0.filter(\.isNumber)) }
        #expect(amounts.count == 5, "\(prices)")
        #expect(zip(amounts, amounts.dropFirst()).allSatisfy { $0 < $1 }, "\(prices)")

        try await browser.find(".pricing-calculator__addon").click()
        #expect(try await total.text == prices[3])
    }

    @Test func tabsAnswerClicksAndArrowKeys() async throws {
        try await open("/pricing/")
        let selected = """
            (() => {
              const tabs = [...document.querySelectorAll('[role=tab]')];
              const panels = [...document.querySelectorAll('[role=tabpanel]')];
              const index = tabs.findIndex((tab) => tab.ariaSelected === 'true');
              const shown = panels.map((panel) => panel.checkVisibility());
              const isOnlyOne = shown.filter(Boolean).length === 1 && shown[index]
                && panels[index].id === tabs[index].getAttribute('aria-controls');
              return isOnlyOne ? index : -1;
            })()
            """
        func expectSelected(_ index: Int) async throws {
            let now = try await browser.execute("return \(selected)")
            #expect(now.number == Double(index))
        }
        let count = try await browser.execute(
            "return document.querySelectorAll('[role=tab]').length"
        ).number.map { Int($0) }
        let last = try #require(count) - 1
        try #require(last >= 2)
        try await expectSelected(0)
        try await browser.find("[role=tab]:nth-child(2)").click()
        try await expectSelected(1)
        let steps = [
            (WebElement.Key.right, 2), (WebElement.Key.home, 0), (WebElement.Key.left, last),
            (WebElement.Key.right, 0), (WebElement.Key.end, last),
        ]
        for (key, index) in steps {
            try await browser.find("[role=tab][aria-selected=true]").sendKeys(key)
            try await expectSelected(index)
            let isFocused = try await browser.execute(
                "return document.activeElement.ariaSelected === 'true'")
            #expect(isFocused.bool == true)
        }
        // A link within the page.
        _ = try await browser.execute(
            """
            location.hash = document.querySelectorAll('[role=tabpanel]')[1].id;
            dispatchEvent(new Event('hashchange'));
            """)
        try await expectSelected(1)
    }

    @Test func eachMoodIndicatorHasItsOwnMood() async throws {
        try await open("/play/mood-lab/", of: "vengeance-local")
        let moods = """
            return [...document.querySelectorAll('.mood-indicator__name')].map((name) => name.textContent)
            """
        #expect(try await browser.execute(moods, as: [String].self) == ["calm", "hyper"])
        try await browser.find(".mood-indicator__button[aria-label='5: energetic']").click()
        #expect(try await browser.execute(moods, as: [String].self) == ["energetic", "hyper"])
    }

    @Test(arguments: [("testpilot", "light", "dark"), ("vengeance-local", "dark", "light")])
    func theSchemeIsSwitchedAndKept(node: String, own: String, other: String) async throws {
        try await open("/", of: node)
        let before = try await shared.facts().background
        #expect(try await scheme() == "none")
        #expect(try await pressedSchemes() == [node == "testpilot" ? "System" : own.capitalized])
        try await browser.find(".theme-switch__choice[aria-label='\(other.capitalized)']").click()
        try await browser.waitUntil("document.documentElement.dataset.scheme === '\(other)'")
        let after = try await shared.facts().background
        #expect(before != after)
        try await browser.keepScreenshot("\(node)/1440/home-\(other)")

        try await browser.reload()
        #expect(try await shared.facts().background == after)
        #expect(try await scheme() == other)
        try await open("/privacy/", of: node)
        #expect(try await scheme() == other)
        #expect(try await pressedSchemes() == [other.capitalized])

        try await browser.find(".theme-switch__choice[aria-label='\(own.capitalized)']").click()
        try await browser.waitUntil("document.documentElement.dataset.scheme === '\(own)'")
        #expect(try await shared.facts().background == before)

        // One who chose to follow the system sees it change at once.
        try await browser.setPrefersDark(false)
        try await browser.find(".theme-switch__choice[aria-label='System']").click()
        try await browser.waitUntil("document.documentElement.dataset.scheme === 'light'")
        try await browser.setPrefersDark(true)
        try await browser.waitUntil("document.documentElement.dataset.scheme === 'dark'")
        try await browser.devTools("Emulation.setEmulatedMedia")
        _ = try await browser.execute("localStorage.clear()")
    }

    /// Its code is a row of the database, in JavaScript that has no import and no export.
    @Test func aComponentOfTheDatabaseIsPlayed() async throws {
        try await open("/play/shelf-game/")
        let answer = try await browser.find(".shelf-picker-answer")
        #expect(try await answer.text == "Pick the pack you would reach for.")
        try await browser.find(".shelf-picker-pack:nth-child(2)").click()
        #expect(try await answer.text == "Fair Original is what you saw first. Look again.")
        try await browser.find(".shelf-picker-pack:nth-child(5)").click()
        #expect(try await answer.text == "Found after 2 tries.")
        try await browser.find(".shelf-picker-again").click()
        #expect(try await answer.text == "Pick the pack you would reach for.")
    }

    @Test func aComponentThatWaitsToBeSeenComputes() async throws {
        try await open("/packaging-tests/")
        let planner = try await browser.find(".sample-planner-result")
        let before = try await planner.text
        try await browser.find(".sample-planner input").sendKeys(WebElement.Key.right)
        let after = try await planner.text
        #expect(before.contains("300") && before.contains("1,200"), "\(before)")
        #expect(after.contains("350") && after.contains("1,400"), "\(after)")
    }

    @Test func anAnswerIsKeptInTheBrowser() async throws {
        let pages = try shared.sites["testpilot"].manifest.files.keys.filter {
            $0.hasSuffix("index.html")
        }
        let site = try shared.sites["testpilot"]
        let path = try #require(
            pages.sorted().first {
                String(decoding: site.bytes($0) ?? [], as: UTF8.self)
                    .contains("class=\"page-helpful\"")
            })
        try await open("/" + path.dropLast("index.html".count))
        let status = try await browser.find(".page-helpful [role=status]")
        let question = try await status.text
        try await browser.find(".page-helpful button").click()
        #expect(try await status.text != question)
        try await browser.reload()
        _ = try await shared.facts()
        let pressed = try await browser.find(".page-helpful button").attribute("aria-pressed")
        #expect(pressed == "true")
        _ = try await browser.execute("localStorage.clear()")
    }

    private func open(_ target: String, of node: String = "testpilot") async throws {
        try await browser.setViewport(width: 1440, height: 900)
        let facts = try await shared.open(target, of: node)
        try #require(facts.sleepingIslands == [])
    }

    private func pressedSchemes() async throws -> [String] {
        try await browser.execute(
            """
            return [...document.querySelectorAll('.theme-switch__choice[aria-pressed=true]')]
              .map((button) => button.ariaLabel);
            """, as: [String].self)
    }

    private func scheme() async throws -> String? {
        try await browser.execute("return document.documentElement.dataset.scheme ?? 'none'").string
    }
}
