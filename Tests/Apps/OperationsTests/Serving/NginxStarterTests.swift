import Operations
import Publishing
import System
import TestSupport
import Testing

/// The whole starter content as nginx serves it with the generated configuration.
@Suite(.starterSites) struct NginxStarterTests {
    let sites: StarterSites

    init() throws { sites = try StarterSitesTrait.shared() }

    @Test(arguments: StarterSites.nodes)
    func everyFileIsServedAsWhatItIs(node: String) async throws {
        let site = try sites[node]
        let files = ServedFile.all(of: site)
        #expect(files.count > 40)
        for file in files {
            let plain = try #require(file.bytes(nil), "\(file)")
            #expect(site.manifest.files[file.path]?.size == plain.count, "\(file)")
            for coding in [nil, "gzip", "br"] as [String?] {
                let answer = try await site.server.send(
                    "GET", file.target, headers: coding.map { ["accept-encoding": $0] } ?? [:])
                let sibling = coding.flatMap { file.bytes($0) }
                #expect(answer.status == 200, "\(file)")
                #expect(answer["content-type"] == file.contentType, "\(file)")
                #expect(answer["content-encoding"] == (sibling == nil ? nil : coding), "\(file)")
                // A failure names the file, and does not print all of its bytes.
                let isSame = answer.body == sibling ?? plain
                #expect(isSame, "\(file)")
                #expect(answer["cache-control"] == file.cacheControl, "\(file)")
                expectSecurityHeaders(answer, "\(file)")
                let tag = try #require(answer["etag"], "\(file)")
                let again = try await site.server.send(
                    "GET", file.target,
                    headers: (coding.map { ["accept-encoding": $0] } ?? [:])
                        .merging(["if-none-match": tag]) { $1 })
                #expect(again.status == 304, "\(file)")
                #expect(again.body.isEmpty, "\(file)")
                expectSecurityHeaders(again, "\(file)")
            }
        }
    }

    @Test(arguments: StarterSites.nodes)
    func everyPageHasTheBarAndTheSiteHasAChatPage(node: String) async throws {
        let site = try sites[node]
        let pages = ServedFile.all(of: site).filter { $0.path.hasSuffix(".html") }
        #expect(pages.count > 5)
        for page in pages where page.path != "404.html" {
            let html = String(decoding: try #require(page.bytes(nil)), as: UTF8.self)
            #expect(html.contains(#"<aside class="robbie-bar""#), "\(page)")
        }
        let chat = try await site.server.send("GET", "/chat/")
        #expect(chat.text.contains(#"data-component="chat-interface""#))
    }

    /// Text that is worth it has both compressed forms, and a form is smaller than the file.
    @Test(arguments: StarterSites.nodes)
    func pagesAndScriptsAreCompressed(node: String) async throws {
        let site = try sites[node]
        for file in ServedFile.all(of: site) where file.path.hasSuffix(".html") {
            let plain = try #require(file.bytes(nil)).count
            let gzip = try #require(file.bytes("gzip"), "\(file)").count
            let brotli = try #require(file.bytes("br"), "\(file)").count
            #expect(gzip < plain / 2, "\(file)")
            #expect(brotli < gzip, "\(file)")
        }
        let scripts = ServedFile.all(of: site).filter { $0.path.hasSuffix(".js") }
        #expect(scripts.contains { $0.bytes("br") != nil })
    }

    @Test(arguments: StarterSites.nodes)
    func whatIsNotThereIsTheSitesOwnPage(node: String) async throws {
        let site = try sites[node]
        let page = try #require(site.bytes("404.html"))
        let missing = [
            "/no/such/page/", "/404.html", "/assets/gone-1f3a5b7c.css", "/index.htm", "/assets/",
        ]
        for target in missing {
            let answer = try await site.server.send("GET", target)
            #expect(answer.status == 404, "\(target)")
            #expect(answer.body == page, "\(target)")
            #expect(answer["content-type"] == "text/html; charset=utf-8", "\(target)")
            #expect(answer["cache-control"] == "no-cache", "\(target)")
            expectSecurityHeaders(answer, target)
        }
    }

    /// Only the published tree can be read; what surrounds it differs from what is in it.
    @Test func nothingOutsideCurrentCanBeRead() async throws {
        let site = try sites["testpilot"]
        let page = try #require(site.bytes("404.html"))
        let climbs = [
            "..", "%2e%2e", "%2e.", ".%2E", "..%2f..", "%2e%2e%2f%2e%2e", "%252e%252e", "..%5c",
            "assets/../..", "assets../..", "assets%2f..%2f..", "./..", "....", "..%c0%af..",
            "..%00", "code/../../..",
        ]
        let secrets = [
            "ledger.sqlite", "trees/a/index.html", "trees/a/.release", "current/.release",
            "current/index.html", "testpilot/ledger.sqlite", "vengeance-local/ledger.sqlite",
        ]
        // Each exists where a climb would lead, or nothing would be tested.
        #expect(site.bytes("../../ledger.sqlite") != nil)
        #expect(try Directory("\(site.folder)/current").target(ofLink: ".release") != nil)
        let targets =
            climbs.flatMap { climb in secrets.map { "/\(climb)/\($0)" } }
            + secrets.map { "/" + $0 }
            + [
                "/.release", "/%2erelease", "/./.release", "/code/.release", "/trees/",
                "/objects/",
            ]
        for target in targets {
            let answer = try await site.server.send("GET", target)
            #expect(answer.status == 404 || answer.status == 400, "\(target)")
            #expect(answer.status == 400 || answer.body == page, "\(target)")
        }
    }

    @Test func aPageWithoutItsSlashIsRedirected() async throws {
        let site = try sites["testpilot"]
        for file in ServedFile.all(of: site)
        where file.path.hasSuffix("/index.html") {
            let answer = try await site.server.send("GET", String(file.target.dropLast()))
            #expect(answer.status == 301, "\(file)")
            #expect(answer["location"] == file.target, "\(file)")
        }
    }

    private func expectSecurityHeaders(_ answer: HTTPAnswer, _ place: String) {
        for header in SecurityHeaders.standard.all {
            #expect(answer[header.name] == header.value, "\(header.name) of \(place)")
        }
    }
}
