import Foundation
import HTTP
import TestSupport
import Testing

@Suite struct StaticSiteTests {
    /// A published node: `current` points to one of two trees.
    private let output: TestFolder
    private var root: String { output.path + "/current" }

    init() throws {
        output = try TestFolder()
        try output.write("trees/a/index.html", "<h1>home</h1>")
        try output.write("trees/a/pricing/index.html", "<h1>pricing</h1>")
        try output.write("trees/a/404.html", "<h1>not here</h1>")
        try output.write("trees/a/.hidden", "hidden")
        try output.write("trees/a/.git/config", "hidden")
        try output.write("trees/a/empty/only.txt", "text")
        try output.write("trees/a/a b/é.txt", "accents")
        try output.write("trees/a/digits.bin", (0..<100).map { UInt8($0) })
        try output.write("trees/a/assets/main-1f3a5b7c.css", "a{}")
        try output.write("trees/a/assets/tokens.css", "b{}")
        try output.write("trees/b/index.html", "<h1>next</h1>")
        try output.write("objects/secret.html", "secret")
        try output.link("trees/a/passwd", to: "/etc/passwd")
        try output.link("trees/a/linked", to: "../../objects")
        try output.link("current", to: "trees/a")
    }

    @Test(arguments: [
        ("/", 200, "<h1>home</h1>"), ("/index.html", 200, "<h1>home</h1>"),
        ("/pricing/", 200, "<h1>pricing</h1>"), ("/?utm=1", 200, "<h1>home</h1>"),
        ("/a%20b/%C3%A9.txt", 200, "accents"), ("/nope", 404, "<h1>not here</h1>"),
        ("/pricing/nope/", 404, "<h1>not here</h1>"), ("/index.html/", 404, "<h1>not here</h1>"),
        ("/empty/", 404, "<h1>not here</h1>"), ("/404.html", 404, "<h1>not here</h1>"),
    ])
    func pagesAreFound(target: String, status: Int, text: String) async throws {
        let answer = try await withSite(root) { try await $0.send("GET", target) }
        #expect(answer.status == status)
        #expect(answer.text == text)
        #expect(answer["cache-control"] == "no-cache")
        #expect(target.hasSuffix("txt") || answer["content-type"] == "text/html; charset=utf-8")
    }

    @Test(arguments: [
        ("/pricing", "/pricing/"), ("/pricing?a=1%262&b", "/pricing/?a=1%262&b"),
        ("/a%20b", "/a%20b/"), ("//pricing", "/pricing/"),
    ])
    func aFolderWithoutItsSlashIsRedirected(target: String, location: String) async throws {
        let answer = try await withSite(root) { try await $0.send("GET", target) }
        #expect(answer.status == 301)
        #expect(answer["location"] == location)
    }

    @Test(arguments: [
        "/../objects/secret.html", "/../../objects/secret.html", "/..", "/pricing/../../objects/",
        "/%2e%2e/%2e%2e/objects/secret.html", "/..%2f..%2fobjects%2fsecret.html",
        "/%252e%252e/objects/secret.html", "/pricing/..%5c..%5cindex.html", "/..%c0%af../",
        "/passwd", "/linked/secret.html", "/linked", "/linked/", "/.hidden", "/.git/config",
        "/.git/", "/pricing/.%00", "/index.html%00.txt", "/%00", "/objects/secret.html",
        "/trees/a/index.html", "/pricing%0d%0aset-cookie:a", "/\u{7f}", "/%ff%fe", "etc/passwd",
    ])
    func nothingElseCanBeRead(target: String) async throws {
        try await withSite(root) { client in
            let answer = try await client.onThread {
                let connection = try HTTPConnection(to: client)
                try connection.write(
                    HTTPClient.request("GET", target, headers: ["connection": "close"]))
                return try String(decoding: connection.readToEnd(), as: UTF8.self)
            }
            for secret in ["secret", "root:", "hidden", "set-cookie"] {
                #expect(!answer.contains(secret))
            }
            // A climb that ends inside the site is its home page; the rest is refused.
            if answer.hasPrefix("HTTP/1.1 200") { #expect(answer.contains("<h1>home</h1>")) }
            #expect(!answer.hasPrefix("HTTP/1.1 301"))
        }
    }

    @Test(arguments: [
        ("html", "text/html; charset=utf-8"), ("css", "text/css; charset=utf-8"),
        ("js", "text/javascript; charset=utf-8"), ("json", "application/json; charset=utf-8"),
        ("svg", "image/svg+xml; charset=utf-8"), ("png", "image/png"), ("jpg", "image/jpeg"),
        ("webp", "image/webp"), ("avif", "image/avif"), ("ico", "image/x-icon"),
        ("woff2", "font/woff2"), ("txt", "text/plain; charset=utf-8"),
        ("xml", "application/xml; charset=utf-8"), ("JPG", "image/jpeg"),
        ("webmanifest", "application/manifest+json; charset=utf-8"),
        ("unheard", "application/octet-stream"),
    ])
    func theNameTellsTheType(ending: String, type: String) async throws {
        try output.write("trees/a/file.\(ending)", "bytes")
        let answer = try await withSite(root) { try await $0.send("GET", "/file.\(ending)") }
        #expect(answer.status == 200)
        #expect(answer["content-type"] == type)
    }

    @Test(arguments: [
        ("/assets/main-1f3a5b7c.css", true), ("/assets/tokens.css", false),
        ("/assets/chunk-ABCD2345.js", true), ("/assets/fonts/inter-1f3a5b7c9d.woff2", true),
        ("/assets/app-1f3a5b7c.js.map", true), ("/assets/inter-variable.woff2", false),
        ("/assets/1f3a5b7c.css", false), ("/pages-1f3a5b7c.css", false),
        ("/assets/two.dots-and-dashes-1f3a5b7c.css", true), ("/assets/a-1f3a5b7c", false),
        ("/assets/a-1f3a5b.css", false), ("/assets/chunk-ABCD1890.js", false),
    ])
    func hashedAssetsAreKeptForAYear(path: String, isImmutable: Bool) async throws {
        try output.write("trees/a" + path, "bytes")
        let answer = try await withSite(root) { try await $0.send("GET", path) }
        #expect(answer.status == 200)
        #expect(
            answer["cache-control"]
                == (isImmutable ? "public, max-age=31536000, immutable" : "no-cache"))
    }

    @Test(arguments: ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
    func onlyReadingIsAllowed(method: String) async throws {
        let answer = try await withSite(root) {
            try await $0.send(method, "/", headers: ["content-length": "0"])
        }
        #expect(answer.status == 405)
        #expect(answer["allow"] == "GET, HEAD")
    }

    @Test func headTellsTheSame() async throws {
        try await withSite(root) { client in
            let head = try await client.send("HEAD", "/")
            let get = try await client.send("GET", "/")
            #expect(head.status == 200)
            #expect(head.body.isEmpty)
            for field in ["content-length", "etag", "last-modified", "content-type"] {
                #expect(head[field] == get[field])
                #expect(head[field] != nil)
            }
            #expect(try await client.send("HEAD", "/nope").status == 404)
        }
    }

    @Test func everyAnswerHasTheFieldsOfTheDeployment() async throws {
        let fields: HTTPFields = [
            "content-security-policy": "default-src 'self'", "x-content-type-options": "nosniff",
        ]
        try await withSite(root, fields: fields) { client in
            for target in ["/", "/nope", "/pricing", "/assets/main-1f3a5b7c.css"] {
                let answer = try await client.send("GET", target)
                #expect(answer["content-security-policy"] == "default-src 'self'")
                #expect(answer["x-content-type-options"] == "nosniff")
            }
            #expect(try await client.send("DELETE", "/")["x-content-type-options"] == "nosniff")
        }
    }

    @Test func aSwapOfCurrentIsSeenByTheNextRequest() async throws {
        try await withSite(root) { client in
            let before = try await client.send("GET", "/")
            try output.swap("current", to: "trees/b")
            let after = try await client.send(
                "GET", "/", headers: ["if-none-match": before["etag"] ?? ""])
            #expect(before.text == "<h1>home</h1>")
            #expect(after.status == 200)
            #expect(after.text == "<h1>next</h1>")
            #expect(try await client.send("GET", "/nope").text == "There is no such page.\n")
        }
    }

    @Test func anAnswerUnderWayStaysOfItsRelease() async throws {
        let old = [UInt8](repeating: 1, count: 32 << 20)
        try output.write("trees/a/big.bin", old)
        try output.write("trees/b/big.bin", [UInt8](repeating: 2, count: 32 << 20))
        let output = output
        try await withSite(root) { client in
            let body = try await client.onThread {
                let connection = try HTTPConnection(to: client)
                try connection.write(
                    HTTPClient.request("GET", "/big.bin", headers: ["connection": "close"]))
                // The server has the file open when it says how long it is.
                #expect(try connection.readHead().status == 200)
                try output.swap("current", to: "trees/b")
                try FileManager.default.removeItem(atPath: output.path + "/trees/a")
                return try connection.readToEnd()
            }
            #expect(body == old)
        }
    }

    @Test func aFolderThatIsNotPublishedYetIsSaidToBe() async throws {
        let answer = try await withSite(output.path + "/missing") { try await $0.send("GET", "/") }
        #expect(answer.status == 503)
        #expect(answer["retry-after"] == "5")
    }

    @Test func slowReadersCostABufferAndNotTheFile() async throws {
        let path = output.path + "/trees/a/huge.bin"
        try output.write("trees/a/huge.bin", [])
        let size = 256 << 20
        #expect(truncate(path, size) == 0)
        try await withSite(root) { client in
            let (grown, answered) = try await client.onThread {
                let before = try residentBytes()
                let readers = try (0..<16).map { _ in
                    let reader = try HTTPConnection(to: client)
                    try reader.write(HTTPClient.request("GET", "/huge.bin"))
                    return reader
                }
                for _ in 0..<20 {
                    for reader in readers { _ = try reader.readSome(16 << 10) }
                }
                let other = try HTTPConnection(to: client)
                try other.write(HTTPClient.request("GET", "/"))
                let answered = try other.readAnswer().status
                return try (residentBytes() - before, answered)
            }
            #expect(answered == 200)
            #expect(grown < size / 2)
        }
    }
}

/// Of this process, which the server runs in.
private func residentBytes() throws -> Int {
    let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    return (Int(text.split(separator: " ")[1]) ?? 0) * 4096
}
