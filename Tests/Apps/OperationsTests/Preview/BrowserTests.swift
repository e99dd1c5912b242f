import Core
import SiteModel
import TestSupport
import Testing

/// The preview in a browser during edits, under the site's own content security policy.
@Suite(.serialized, .previewBrowser, .timeLimit(.minutes(2))) struct BrowserTests {
    let browser: WebDriver

    init() throws { browser = try #require(PreviewBrowser.current) }

    static func page(_ text: String, styles: String = "base-11111111", script: String = "app")
        -> String
    {
        """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>Page</title>
        <link rel="preload" as="style" href="/assets/\(styles).css">
        <link rel="stylesheet" href="/assets/tokens.css">
        <link rel="stylesheet" href="/assets/\(styles).css">
        <script type="module" src="/assets/\(script).js"></script>
        </head><body><h1>\(text)</h1><input id="draft"><div class="tall"></div></body></html>
        """
    }

    static let files = [
        "index.html": page("One"), "other/index.html": page("Other"),
        "404.html": page("Not here", script: "none"),
        "assets/tokens.css": "@layer tokens, base; @layer tokens { h1 { color: rgb(1, 1, 1) } }",
        "assets/base-11111111.css":
            "@layer base { h1 { color: rgb(9, 9, 9) } .tall { height: 5000px } }",
        "assets/app.js": "window.version = 1;",
    ]

    /// Opens a page and marks the window, so that a reload can be told.
    func open(_ path: String = "/", port: Int) async throws {
        try await browser.open("http://127.0.0.1:\(port)\(path)")
        // The page knows of its release, and the published form of it has been looked at.
        try await browser.waitUntil(Self.isReady)
        _ = try await browser.execute("window.mark = 1")
        _ = try await browser.takeConsole()
    }

    static let isReady = """
        performance.getEntriesByType('resource').some((entry) => entry.initiatorType === 'fetch'
          && entry.responseEnd > 0) && document.readyState === 'complete'
        """
    static let root = "document.querySelector('robbieblocks-preview').shadowRoot"
    static let dialog = "\(root).querySelector('dialog')"
    static let badge = "\(root).querySelector('.badge')"
    static let note = "\(root).querySelector('.note')"
    static func color(_ number: Int) -> String {
        "getComputedStyle(document.querySelector('h1')).color === 'rgb(\(number), \(number), \(number))'"
    }

    func isMarked() async throws -> Bool {
        try await browser.execute("return window.mark === 1").bool == true
    }

    /// The console has errors of scripts and blocked resources.
    func expectQuietConsole() async throws {
        let lines = try await browser.takeConsole().filter { $0.level == "SEVERE" }
        #expect(lines.filter { !$0.message.contains("Failed to load resource") } == [])
    }
}
