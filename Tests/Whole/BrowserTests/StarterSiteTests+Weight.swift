import TestSupport
import Testing

/// The downloads of a page in a visitor's browser.
extension StarterSiteTests {
    /// Bytes of script, as they are served without compression, on a page on which only menu, theme
    /// switch and bar answer the visitor.
    private static let scriptLimit = 4096
    /// Bytes of script of any other component that is no island.
    private static let behaviourLimit = 1024
    private static let onEveryPage = ["/site-header-", "/theme-switch-", "/robbie-bar-"]
    private static let markOfReact = "Minified React error"

    /// - Parameter html: of the page that `facts` are about.
    func expectLight(
        _ facts: PageFacts, html: String, of site: StarterSites.Served, _ place: Comment
    ) {
        #expect((1...2).contains(facts.styleSheets), place)
        #expect(html.contains("<link rel=\"stylesheet\" href=\"/assets/site.css\"/>"), place)
        let scripts = facts.fetchedScripts.map { address in
            site.bytes(String(address.dropFirst(site.address.count + 1))) ?? []
        }
        #expect(!scripts.contains { $0.isEmpty }, place)
        let hasReact = scripts.contains {
            String(decoding: $0, as: UTF8.self).contains(Self.markOfReact)
        }
        #expect(hasReact == (facts.islands > 0), place)
        guard facts.islands == 0 else { return }
        let sizes = zip(facts.fetchedScripts, scripts.map(\.count))
        let usual = sizes.filter { name, _ in Self.onEveryPage.contains { name.contains($0) } }
        #expect(usual.map(\.1).reduce(0, +) <= Self.scriptLimit, "\(place): \(usual)")
        let others = sizes.filter { name, _ in !Self.onEveryPage.contains { name.contains($0) } }
        #expect(others.allSatisfy { $0.1 <= Self.behaviourLimit }, "\(place): \(others)")
    }

    @Test func scriptsComeWithWhatNeedsThem() async throws {
        try await browser.setViewport(width: 1440, height: 900)
        // A header with a menu, and nothing else.
        let plain = try await shared.open("/plain/", of: "testpilot")
        #expect(plain.islands == 0 && plain.fetchedScripts.count == 1)
        #expect(plain.fetchedScripts.first?.contains("/site-header-") == true)
        // Header, theme switch and bar, as on most pages, and the side navigation.
        let privacy = try await shared.open("/privacy/", of: "testpilot")
        #expect(privacy.islands == 0 && privacy.fetchedScripts.count == 4)
        // An island brings its loader, its own module and React.
        let pricing = try await shared.open("/pricing/", of: "testpilot")
        #expect(pricing.islands > 0 && pricing.fetchedScripts.count > 5)
    }
}
