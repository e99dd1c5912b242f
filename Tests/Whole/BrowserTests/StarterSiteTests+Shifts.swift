import Core
import Publishing
import SiteModel
import TestSupport
import Testing

/// Drawn content does not shift, however late fonts and scripts arrive.
extension StarterSiteTests {
    /// `make soak` looks at every page.
    private static let routes = ["/", "/privacy/", "/pricing/", "/chat/"]

    private struct Shifts: Decodable {
        /// As the browser rates them, 0 when nothing moved.
        var score: Double
        var moved: [String]
        /// Whether text was drawn before a font had come.
        var wasDrawnWithoutFonts: Bool

        static let script = """
            return (async () => {
              const wait = (time) => new Promise((resolve) => setTimeout(resolve, time));
              const name = (node) => !node ? 'gone' : node.nodeName.toLowerCase()
                + '.' + [...node.classList ?? []].join('.')
                + (node.textContent ?? '').trim().slice(0, 20);
              const entries = [];
              const observer = new PerformanceObserver((list) => entries.push(...list.getEntries()));
              observer.observe({ type: 'layout-shift', buffered: true });
              const isAwake = (island) => island.dataset.hydrate !== 'load' || 'hydrated' in island.dataset;
              const end = performance.now() + 12000;
              while (![...document.querySelectorAll('rb-island')].every(isAwake)
                && performance.now() < end) await wait(20);
              await document.fonts.ready;
              const root = document.documentElement;
              for (let y = 0; y < root.scrollHeight; y += innerHeight / 2) {
                scrollTo(0, y);
                await new Promise((resolve) => requestAnimationFrame(resolve));
              }
              await wait(100);
              const drawn = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0;
              return {
                score: entries.reduce((sum, entry) => sum + entry.value, 0),
                moved: entries.flatMap((entry) => entry.sources.map((source) => name(source.node))),
                wasDrawnWithoutFonts: performance.getEntriesByType('resource')
                  .some((entry) => entry.name.endsWith('.woff2') && entry.responseEnd > drawn),
              };
            })();
            """
    }

    @Test func nothingMovesWhenFontsAndScriptsComeLate() async throws {
        try await browser.devTools("Network.enable")
        try await browser.devTools("Network.emulateNetworkConditions", Self.network(isSlow: true))
        var (looks, lateFonts, faults) = (0, 0, [String]())
        for site in shared.sites.sites {
            let routes = site.manifest.files.keys.filter { $0.hasSuffix("index.html") }.sorted()
                .map { "/" + $0.dropLast("index.html".count) }
                .filter { SoakReport.isWanted || Self.routes.contains($0) }
            for width in [360, 1440] {
                try await browser.setViewport(width: width, height: width < 600 ? 740 : 900)
                for route in routes {
                    try await browser.devTools("Network.clearBrowserCache")
                    try await browser.open(site.address + route)
                    let shifts = try await browser.execute(Shifts.script, as: Shifts.self)
                    looks += 1
                    if shifts.wasDrawnWithoutFonts { lateFonts += 1 }
                    guard shifts.score > 0 else { continue }
                    faults.append(
                        "\(site.node)\(route) at \(width) px: \(shifts.score), \(shifts.moved)")
                }
            }
        }
        try await browser.devTools("Network.emulateNetworkConditions", Self.network(isSlow: false))
        if SoakReport.isWanted {
            var report = try SoakReport("shifts")
            try report.add("\(looks) looks at pages whose fonts are late", faults: faults)
        }
        #expect(faults == [])
        // It means something only where fonts were late.
        #expect(lateFonts > looks / 2, "\(lateFonts) of \(looks)")
    }

    /// A slow network can cut a page anywhere; here it is written to an empty document in two parts, with
    /// frames between them.
    @Test func nothingMovesWhenAPageComesInTwoParts() async throws {
        var faults: [String] = []
        for site in shared.sites.sites {
            for width in [360, 1440] {
                try await browser.setViewport(width: width, height: width < 600 ? 740 : 900)
                _ = try await shared.open("/", of: site.node)
                let found = try await browser.execute(Self.cutting, as: [String].self)
                faults += found.map { "\(site.node) at \(width) px: \($0)" }
            }
        }
        #expect(faults == [])
    }

    private static let cutting = """
        return (async () => {
          const html = await (await fetch('/')).text();
          const places = ['class="robbie-bar__ask', 'class="site-header__nav',
            'class="site-header__menu', 'class="theme-switch'].map((part) => html.indexOf(part))
            .filter((place) => place > 0).map((place) => html.lastIndexOf('<', place));
          const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
          const faults = [];
          for (const place of places) {
            const page = document.createElement('iframe');
            page.style.cssText = 'position:fixed;inset:0;width:100%;height:100%;border:0';
            document.body.append(page);
            const inner = page.contentDocument;
            inner.open();
            inner.write(html.slice(0, place));
            while ([...inner.querySelectorAll('[rel=stylesheet]')].some((link) => !link.sheet)) {
              await frame();
            }
            await frame();
            const moved = [];
            new page.contentWindow.PerformanceObserver((all) => {
              for (const { sources } of all.getEntries()) {
                moved.push(...sources.map(({ node }) => node?.className));
              }
            }).observe({ type: 'layout-shift' });
            inner.write(html.slice(place));
            inner.close();
            for (let count = 0; count < 4; count += 1) await frame();
            if (moved.length > 0) faults.push(html.slice(place, place + 40) + ': ' + moved);
            page.remove();
          }
          return faults;
        })();
        """

    private static func network(isSlow: Bool) -> [String: JSONValue] {
        [
            "offline": .bool(false), "latency": .number(isSlow ? 60 : 0),
            "downloadThroughput": .number(isSlow ? 150_000 : -1), "uploadThroughput": .number(-1),
        ]
    }
}
