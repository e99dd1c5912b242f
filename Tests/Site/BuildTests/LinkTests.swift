import Build
import Core
import Foundation
import TestSupport
import Testing

/// Warnings about addresses that lead nowhere or that browsers block.
@Suite struct LinkTests {
    private static let base = """
        UPDATE robbieblocks_node_branding SET metadata = '{"base_url": "https://acme.example"}';
        """

    private func warnings(
        _ rows: String, _ codes: Diagnostic.Code..., on page: String = "links"
    ) async throws -> [String] {
        let site = try await TestSite(
            Self.base + Rows.page("home", route: "/", content: "# Home\n\n## Plans")
                + Rows.page("guide", route: "/guide/setup/") + rows)
        let report = try await site.build()
        #expect(report.errors == [])
        let found = report.diagnostics.filter { $0.location.page == page }
        #expect(found.allSatisfy { $0.severity == .warning && codes.contains($0.code) }, "\(found)")
        return found.map { "\($0.location.line ?? 0) \($0.message)" }
    }

    private func links(_ urls: [String]) -> String {
        Rows.page(
            "links", route: "/links/",
            content: urls.map { "[x](\($0))" }.joined(separator: "\n"))
    }

    @Test func aLinkToNoPageIsFoundHoweverItIsWritten() async throws {
        let wrong = [
            "/none/", "../none/", "none", "./none/", "other.md", "/other.md", "ch01.html",
            "https://acme.example/none/", "https://ACME.example:443/none/", "/%6eone/",
            "/none/?q#x", "/docs/v1.2/", "/gu%69de/s%65tup/cafe%CC%81/",
        ]
        let found = try await warnings(links(wrong), .brokenLink)
        for (index, url) in wrong.enumerated() {
            #expect(
                found.contains { $0.hasPrefix("\(index + 1) the link to '\(url)'") }, "\(url)")
        }
        #expect(found.count == wrong.count, "\(found)")
    }

    @Test func thousandsOfWrongLinksAreCounted() async throws {
        let found = try await warnings(links((1...3000).map { "/none-\($0)/" }), .brokenLink)
        #expect(found.count == 101)
        #expect(found.last == "0 2900 more links, files and ids of the page are wrong like these")
    }

    @Test func aLinkThatABrowserFollowsIsNotWrong() async throws {
        let right = [
            "/", "/guide/setup/", "/guide/setup", "../guide/setup/", "/x/../links/",
            "/guide/setup/index.html", "https://acme.example/guide/setup/", "/?a=b", "#", "#top",
            "#:~:text=x", "?tab=1", "/api/health", "/sitemap.xml", "/robots.txt", "/404.html",
            "https://other.example/none/", "mailto:a@b.example", "sms:+100", "/#plans",
            "/assets/site.css", "//acme.example/guide/setup/", "/#plans:~:text=x", "/#TOP",
        ]
        #expect(try await warnings(links(right)) == [])
        // The default port of a scheme counts as no port.
        let port =
            "UPDATE robbieblocks_node_branding SET metadata = '{"
            + "\"base_url\": \"https://acme.example:443\"}';"
        #expect(
            try await warnings(
                port + links(["https://acme.example/none/", "https://acme.example/"]), .brokenLink
            ).count == 1)
    }

    @Test func aPlaceThatIsNotOnItsPageIsFound() async throws {
        let rows = Rows.page(
            "links", route: "/links/",
            content: """
                [1](#none) [2](/#none)
                [3](/#plans) [4](#caf%C3%A9) [5](/links/#here) [6](/links/#away)

                ## Café
                <a id="here"></a>
                """)
        let found = try await warnings(rows, .brokenAnchor)
        #expect(
            found == [
                "1 the link to '#none' leads to no place on its page",
                "1 the link to '/#none' leads to no place on the page '/'",
                "2 the link to '/links/#away' leads to no place on the page '/links/'",
            ])
    }

    @Test func linksOfComponentsAndPropsCount() async throws {
        let code = #"""
            export default ({ to }) => <><a href={to}>x</a><a href="/gone/">y</a>
              <img src="/img/none.png" alt=""/><iframe src="https://video.example/1" title="v"/>
              <img src="https://cdn.example/a.png" alt=""/><form action="https://f.example"/></>
            """#
        let rows =
            Rows.pageWithComponent("links", code: code, props: #"{"to": "../lost/"}"#)
            + Rows.page("second", route: "/second/")
            + Rows.block(on: "second", "links-part", props: #"{"to": "/"}"#)
        let found = try await warnings(
            rows, .brokenLink, .missingFile, .refusedByPolicy)
        #expect(found.contains("0 the link to '../lost/' ('/lost/') leads to no page of this site"))
        // One warning for what two pages share.
        for text in [
            "the link to '/gone/' leads to no page of this site (and on another page)",
            "the site has no file for '/img/none.png'",
            "refuses the frame 'https://video.example/1'",
            "refuses the picture 'https://cdn.example/a.png'",
            "refuses to send the form to 'https://f.example'",
        ] {
            #expect(found.filter { $0.contains(text) }.count == 1, "\(text): \(found)")
        }
        #expect(found.count == 6)
    }

    @Test func codeInATrustedPageIsRefused() async throws {
        let rows = Rows.page(
            "links", route: "/links/",
            content: """
                <style>p { color: red }</style><script>go()</script><object data="/a.pdf"></object>
                <script src="https://cdn.example/a.js"></script>
                """, metadata: #"{"trusted": true}"#)
        let found = try await warnings(rows, .refusedByPolicy)
        for text in [
            "refuses style elements", "refuses scripts in the page itself",
            "refuses the object '/a.pdf'", "refuses the script 'https://cdn.example/a.js'",
        ] {
            #expect(found.contains { $0.contains(text) }, "\(text): \(found)")
        }
        #expect(found.count == 4)
    }

    /// A link of a layout or component on each page is reported once.
    @Test func aBrokenPlaceThatPagesShareIsSaidOnce() async throws {
        let code = ##"export default () => <p><a href="/#gone">x</a><a href="#no">y</a></p>"##
        var rows = Rows.page("home", route: "/") + Rows.component("nav", code: code)
        for page in 0..<3 {
            rows += Rows.page("p\(page)", route: "/p\(page)/") + Rows.block(on: "p\(page)", "nav")
        }
        let site = try await TestSite(rows)
        let expected = [
            "the link to '#no' leads to no place on its page (and on 2 other pages)",
            "the link to '/#gone' leads to no place on the page '/' (and on 2 other pages)",
        ]
        #expect(try await site.build().diagnostics.map(\.message) == expected)
        // A build that renders nothing has nothing to say.
        #expect(try await site.build().diagnostics == [])
    }

    @Test func whatIsLeftOutIsNamedWithItsLine() async throws {
        let rows = Rows.page(
            "links", route: "/links/",
            content: """
                <video controls src="/a.mp4"></video>

                <iframe src="https://video.example/embed/1"></iframe>

                <span class="note" style="color:red">note</span>

                <select><option>one</option></select>
                """)
        let found = try await warnings(rows, .omittedMarkup)
        for start in ["1 <video>", "3 <iframe>", "5 ", "7 <select>"] {
            #expect(found.contains { $0.hasPrefix(start) }, "\(start): \(found)")
        }
    }

    @Test func anIdThatTwoElementsHaveIsFound() async throws {
        let rows = Rows.page(
            "links", route: "/links/", content: "<p id=\"a\">x</p><p id=\"a\">y</p>",
            metadata: #"{"trusted": true}"#)
        #expect(
            try await warnings(rows, .doubledID) == ["0 more than one element has the id 'a'"])
    }

    @Test func aPictureOfTheNodeIsPublishedUnderItsName() async throws {
        let site = try await TestSite(
            Rows.page(
                "home", route: "/",
                content: "![a](/assets/branding/photo-20240101.png) ![b](/assets/branding/no.png)"),
            copiesTemplates: true)
        let folder = "\(site.project)/branding/\(site.node)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        try Data("one".utf8).write(to: URL(fileURLWithPath: folder + "/photo-20240101.png"))
        let report = try await site.build()
        #expect(try site.text("assets/branding/photo-20240101.png") == "one")
        #expect(report.diagnostics.map(\.code) == [.missingFile])
        #expect(report.diagnostics.first?.message.contains("no.png") == true)
        // Its name looks like one with a hash, and its bytes may change all the same.
        try Data("two".utf8).write(to: URL(fileURLWithPath: folder + "/photo-20240101.png"))
        _ = try await site.build()
        #expect(try site.text("assets/branding/photo-20240101.png") == "two")
    }
}
