import TestSupport
import Testing

/// The starter content of three nodes in a real browser, behind a real nginx.
@Suite(.serialized, .starterBrowser) struct StarterSiteTests {
    let shared: StarterBrowser
    var browser: WebDriver { shared.browser }

    init() throws { shared = try StarterBrowser.shared() }
}
