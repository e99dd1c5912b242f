import Foundation
import TestSupport
import Testing

@testable import Operations

@Suite(.timeLimit(.minutes(1))) struct ServingTests {
    private static let page =
        "<!DOCTYPE html><html><head><title>Hi</title></head><body>ü</body></html>"
    private static let tag =
        "<script type=\"module\" src=\"/_robbieblocks/live.js?release=1\"></script>"

    private static func site() throws -> PreviewedSite {
        try PreviewedSite([
            "index.html": page, "index.html.gz": "compressed", "assets/tokens.css": "a{}",
            "assets/app-ABCD2345.js": "1", "404.html": "<html><head></head></html>",
        ])
    }

    @Test func everyPageHasTheScriptAndNoFileHas() async throws {
        let site = try Self.site()
        let client = HTTPClient(port: try await site.start())
        let answer = try await client.send("GET", "/", headers: ["accept-encoding": "gzip, br"])
        #expect(answer.status == 200)
        #expect(
            answer.text == Self.page.replacingOccurrences(of: "<head>", with: "<head>" + Self.tag))
        #expect(answer["content-length"] == "\(answer.body.count)")
        #expect(answer["content-encoding"] == nil)
        #expect(answer["accept-ranges"] == nil)
        for header in SecurityHeaders.standard.all { #expect(answer[header.name] == header.value) }
        let file = try String(
            contentsOfFile: site.folder.path + "/current/index.html", encoding: .utf8)
        #expect(file == Self.page)

        let head = try await client.send("HEAD", "/")
        #expect(head["content-length"] == answer["content-length"])
        let missing = try await client.send("GET", "/none/")
        #expect(missing.status == 404)
        #expect(missing.text.contains("live.js?release=1&amp;missing\""))
        let asset = try await client.send("GET", "/assets/tokens.css")
        #expect(asset.text == "a{}")
        try await site.stop()
    }

    /// A cached page would be shown after it has changed.
    @Test(arguments: [
        "/", "/assets/tokens.css", "/assets/app-ABCD2345.js", "/none/", "/assets",
        "/_robbieblocks/live.js", "/_robbieblocks/none",
    ])
    func nothingIsKeptByTheBrowser(path: String) async throws {
        let site = try Self.site()
        let client = HTTPClient(port: try await site.start())
        let answer = try await client.send("GET", path)
        #expect(answer["cache-control"] == "no-store")
        #expect(answer["etag"] == nil)
        #expect(answer["last-modified"] == nil)
        let again = try await client.send(
            "GET", path,
            headers: ["if-none-match": "*", "if-modified-since": "Sat, 01 Jan 2050 00:00:00 GMT"])
        #expect(again.status == answer.status)
        #expect(again.text == answer.text)
        try await site.stop()
    }

    @Test func theScriptsAreServed() async throws {
        let site = try Self.site()
        let client = HTTPClient(port: try await site.start())
        for name in ["live.js", "styles.js", "overlay.js"] {
            let answer = try await client.send("GET", "/_robbieblocks/\(name)?release=1")
            #expect(answer["content-type"] == "text/javascript; charset=utf-8")
            #expect(answer["cross-origin-resource-policy"] == "same-origin")
        }
        #expect(try await client.send("GET", "/_robbieblocks/overlay.css").status == 200)
        #expect(
            try await client.send("GET", "/_robbieblocks/../index.html").text.contains("<title>"))
        #expect(
            try await client.send("GET", "/_robbieblocks/%2e%2e/robbieblocks.d.ts").status == 404)
        #expect(try await client.send("POST", "/_robbieblocks/events").status == 405)
        try await site.stop()
    }

    /// A request under another host name is rejected.
    @Test(arguments: [
        ("127.0.0.1", 200), ("127.0.0.1:9", 200), ("localhost:8080", 200), ("LOCALHOST", 200),
        ("[::1]:8080", 200), ("[::1]", 200), ("evil.example", 421), ("evil.example:8080", 421),
        ("localhost.evil.example", 421), ("127.0.0.1.evil.example", 421), ("localhost:80a", 400),
        ("", 400), ("127.0.0.1, evil.example", 400), ("evil.example:127.0.0.1", 400),
    ])
    func onlyThisMachineIsAnswered(host: String, status: Int) async throws {
        let site = try Self.site()
        let client = HTTPClient(port: try await site.start())
        for path in ["/", "/_robbieblocks/live.js", "/assets/tokens.css"] {
            let answer = try await client.onThread {
                let connection = try HTTPConnection(to: client)
                try connection.write(HTTPClient.request("GET", path, host: host))
                return try connection.readAnswer()
            }
            #expect(answer.status == status, "\(path)")
            if status != 200 { #expect(!answer.text.contains("<title>")) }
        }
        try await site.stop()
    }

    @Test(arguments: [
        (["origin": "http://evil.example"], 403), (["origin": "null"], 403),
        (["origin": "http://127.0.0.1:1"], 403), (["sec-fetch-site": "cross-site"], 403),
        (["sec-fetch-site": "same-site"], 403), (["sec-fetch-site": "same-origin"], 200),
        (["sec-fetch-site": "none"], 200), ([:], 200),
    ])
    func noOtherOriginReadsEvents(headers: [String: String], status: Int) async throws {
        let site = try Self.site()
        let port = try await site.start()
        let client = HTTPClient(port: port)
        let answer = try await client.onThread {
            let connection = try HTTPConnection(to: client)
            try connection.write(
                HTTPClient.request(
                    "GET", "/_robbieblocks/events", host: "127.0.0.1:\(port)", headers: headers))
            return try String(decoding: connection.readSome(), as: UTF8.self)
        }
        #expect(answer.hasPrefix("HTTP/1.1 \(status)"))
        #expect(!answer.contains("access-control"))
        #expect(status == 200 || !answer.contains("event:"))
        try await site.stop()
    }

    @Test func theOwnOriginReadsEvents() async throws {
        let site = try Self.site()
        let port = try await site.start()
        let reader = try await EventReader.open(
            port: port, headers: ["origin": "http://127.0.0.1:\(port)"])
        #expect(try await reader.next() == ["retry: 500"])
        try await site.stop()
    }

    @Test func aSiteThatIsNotPublishedYetWaitsForItself() async throws {
        let site = try PreviewedSite()
        let client = HTTPClient(port: try await site.start())
        let page = try await client.send("GET", "/", headers: ["accept": "text/html,*/*"])
        #expect(page.status == 503)
        #expect(page.text.contains("Nothing is published yet"))
        #expect(page.text.contains("src=\"/_robbieblocks/live.js\""))
        #expect(
            try await client.send("GET", "/", headers: ["accept": "image/png"])["content-type"]
                == "text/plain; charset=utf-8")
        try site.publish(["index.html": Self.page])
        #expect(try await client.send("GET", "/").text.contains(Self.tag))
        let missing = try await client.send("GET", "/none/", headers: ["accept": "text/html"])
        #expect(missing.status == 404)
        #expect(missing.text.contains("live.js?release=1&amp;missing\""))
        try await site.stop()
    }

    @Test(arguments: [
        ("<html><head><title>", "<html><head>*<title>"), ("<HEAD >x", "<HEAD >*x"),
        ("<head data-a=\"a>b\">x", "<head data-a=\"a>b\">*x"),
        ("<header>x</header>", "<header>x</header>*"), ("plain", "plain*"), ("", "*"),
        ("<!-- <head> --><head>x", "<!-- <head> --><head>*x"), ("<!-- <head>", "<!-- <head>*"),
        ("<!--><head>x", "<!--><head>*x"), ("<", "<*"), ("<head", "<head*"),
        ("a<head/>b", "a<head/>*b"),
    ])
    func theScriptStandsWhereTheHeadBegins(page: String, expected: String) {
        let tag = ScriptTag(release: nil, isMissing: false)
        let made = String(decoding: tag.insert(into: Array(page.utf8)), as: UTF8.self)
        #expect(made.replacingOccurrences(of: tag.html, with: "*") == expected)
    }
}
