import Core
import Publishing
import SiteModel
import TestSupport
import Testing

extension StarterSiteTests {
    @Test(arguments: StarterSites.nodes, [360, 1440])
    func everyPageIsSound(node: String, width: Int) async throws {
        let site = try shared.sites[node]
        let pages = site.manifest.files.filter { $0.key.hasSuffix(".html") }
            .sorted { $0.key < $1.key }
        #expect(pages.count > 14)
        try await browser.setViewport(width: width, height: width < 600 ? 740 : 900)
        for (path, entry) in pages {
            let isMissingPage = path == "404.html"
            let target =
                isMissingPage ? "/no/such/page/" : "/" + path.dropLast("index.html".count)
            let facts = try await shared.open(target, of: node)
            let place = "\(node)\(target) at \(width) px"

            let console = try await browser.takeConsole().filter { entry in
                // That the missing page is missing is said of its own address, and of the chat's
                // that nobody answers there: pages are sound without that service, too.
                let expected =
                    ["/api/personality - ", "WebSocket connection to 'ws://"]
                    + (isMissingPage ? [site.address + target] : [])
                return entry.level == "SEVERE"
                    && !expected.contains(where: entry.message.contains)
            }
            #expect(console == [], "\(place)")
            #expect(facts.faults == [], "\(place)")
            #expect(facts.headings == 1, "\(place)")
            #expect(facts.unnamedImages == [], "\(place)")
            #expect(facts.brokenImages == [], "\(place)")
            #expect(facts.unnamedControls == [], "\(place)")
            #expect(facts.repeatedIdentifiers == [], "\(place)")
            #expect(facts.sleepingIslands == [], "\(place)")
            #expect(facts.innerWidth == width, "\(place)")
            #expect(facts.scrollWidth <= width, "\(place): \(facts.wideElements)")
            let html = String(decoding: try #require(site.bytes(path)), as: UTF8.self)
            #expect((facts.islands > 0) == html.contains("<rb-island"), "\(place)")
            expectLight(facts, html: html, of: site, "\(place)")
            let name = (entry.page ?? path).replacing("/", with: "-")
            try await browser.keepScreenshot("\(node)/\(width)/\(name)")
        }
    }

    @Test func onePageHasThreeLooks() async throws {
        try await browser.setViewport(width: 1440, height: 900)
        var colors: Set<String> = []
        var backgrounds: Set<String> = []
        var fonts: Set<String> = []
        for node in StarterSites.nodes {
            let facts = try await shared.open("/", of: node)
            colors.insert(facts.primaryColor)
            backgrounds.insert(facts.background)
            fonts.insert(
                try await browser.execute(
                    "return getComputedStyle(document.querySelector('h1')).fontFamily"
                ).string ?? "")
        }
        #expect(colors.count == 3, "\(colors)")
        #expect(backgrounds.count >= 2, "\(backgrounds)")
        #expect(fonts.count == 3, "\(fonts)")
    }
}
