import Foundation
import Operations
import TestSupport
import Testing

/// The generated configuration in a real nginx.
@Suite struct NginxServingTests {
    private let output: TestFolder
    private let node = "test-pilot"

    init() throws {
        output = try TestFolder()
        let files = [
            "index.html": "<h1>home</h1>", "pricing/index.html": "<h1>pricing</h1>",
            "404.html": "<h1>not here</h1>", "empty/only.txt": "text", "feed.atom": "<feed/>",
            "site.webmanifest": "{}", "data.json": "{}", "logo.svg": "<svg/>", "photo.avif": "avif",
            "assets/main-1f3a5b7c.css": "a{}", "assets/chunk-ABCD2345.js": "1",
            "assets/tokens.css": "b{}", "assets/font-1f3a5b7c.woff2": "font",
            ".hidden": "hidden", ".git/config": "hidden", "assets/.hidden-1f3a5b7c.css": "hidden",
        ]
        for (name, text) in files { try output.write("\(node)/trees/a/" + name, text) }
        for name in ["index.html", "assets/main-1f3a5b7c.css", "404.html"] {
            try output.write("\(node)/trees/a/\(name).gz", "gzip of " + name)
            try output.write("\(node)/trees/a/\(name).br", "brotli of " + name)
        }
        try output.write("\(node)/trees/b/index.html", "<h1>next</h1>")
        try output.write("\(node)/objects/ab/secret.html", "secret")
        try output.write("\(node)/releases/1", "secret")
        try output.write("other/current/index.html", "secret of the neighbour")
        try output.link("\(node)/trees/a/passwd", to: "/etc/passwd")
        try output.link("\(node)/trees/a/linked", to: "../../objects")
        try output.link("\(node)/current", to: "trees/a")
    }

    private func start(hasBrotli: Bool = true, chatPort: Int? = nil) async throws -> NginxServer {
        try await NginxServer.start { port in
            try NginxServerBlock(
                node: node, domain: "localhost", output: output.path,
                listen: .init(address: "127.0.0.1", port: port), chatPort: chatPort,
                hasBrotli: hasBrotli
            ).text
        }
    }

    @Test func everyKindOfFileIsServedAsWhatItIs() async throws {
        let server = try await start()
        let expected = [
            "/": "text/html; charset=utf-8", "/pricing/": "text/html; charset=utf-8",
            "/empty/only.txt": "text/plain; charset=utf-8",
            "/feed.atom": "application/atom+xml; charset=utf-8",
            "/site.webmanifest": "application/manifest+json; charset=utf-8",
            "/data.json": "application/json; charset=utf-8",
            "/logo.svg": "image/svg+xml; charset=utf-8", "/photo.avif": "image/avif",
            "/assets/main-1f3a5b7c.css": "text/css; charset=utf-8",
            "/assets/chunk-ABCD2345.js": "text/javascript; charset=utf-8",
            "/assets/tokens.css": "text/css; charset=utf-8",
            "/assets/font-1f3a5b7c.woff2": "font/woff2",
        ]
        for (target, type) in expected {
            let answer = try await server.send("GET", target)
            #expect(answer.status == 200, "\(target)")
            #expect(answer["content-type"] == type, "\(target)")
            #expect(answer["server"] == "nginx")
            let isHashed = target.contains("-1f3a5b7c") || target.contains("-ABCD2345")
            #expect(
                answer["cache-control"]
                    == (isHashed ? "public, max-age=31536000, immutable" : "no-cache"), "\(target)")
            expectSecurityHeaders(answer, target)
        }
    }

    /// The same names as the preview server's tests have.
    @Test(arguments: [
        ("/assets/main-1f3a5b7c.css", true), ("/assets/tokens.css", false),
        ("/assets/chunk-ABCD2345.js", true), ("/assets/fonts/inter-1f3a5b7c9d.woff2", true),
        ("/assets/app-1f3a5b7c.js.map", true), ("/assets/inter-variable.woff2", false),
        ("/assets/1f3a5b7c.css", false), ("/pages-1f3a5b7c.css", false),
        ("/assets/two.dots-and-dashes-1f3a5b7c.css", true), ("/assets/a-1f3a5b7c", false),
        ("/assets/a-1f3a5b.css", false), ("/assets/chunk-ABCD1890.js", false),
    ])
    func hashedAssetsAreKeptForAYear(path: String, isImmutable: Bool) async throws {
        try output.write("\(node)/trees/a" + path, "bytes")
        let server = try await start()
        let answer = try await server.send("GET", path)
        #expect(answer.status == 200)
        #expect(
            answer["cache-control"]
                == (isImmutable ? "public, max-age=31536000, immutable" : "no-cache"))
    }

    @Test func aFolderWithoutItsSlashIsRedirected() async throws {
        let answer = try await start().send("GET", "/pricing?a=1")
        #expect(answer.status == 301)
        #expect(answer["location"] == "/pricing/?a=1")
        expectSecurityHeaders(answer, "/pricing")
    }

    @Test(arguments: ["/nope", "/empty/", "/assets/gone-1f3a5b7c.css", "/404.html", "/pricing/x/"])
    func whatIsNotThereIsTheSitesOwnPage(target: String) async throws {
        let answer = try await start().send("GET", target)
        #expect(answer.status == 404)
        #expect(answer.text == "<h1>not here</h1>")
        #expect(answer["content-type"] == "text/html; charset=utf-8")
        #expect(answer["cache-control"] == "no-cache")
        expectSecurityHeaders(answer, target)
    }

    @Test func compressedSiblingsAreServedToThoseWhoTakeThem() async throws {
        let server = try await start()
        for (accepted, coding, text) in [
            ("gzip", "gzip", "gzip of "), ("br", "br", "brotli of "),
            ("gzip, deflate, br", "br", "brotli of "),
        ] {
            for (target, file, type) in [
                ("/", "index.html", "text/html; charset=utf-8"),
                (
                    "/assets/main-1f3a5b7c.css", "assets/main-1f3a5b7c.css",
                    "text/css; charset=utf-8"
                ),
            ] {
                let answer = try await server.send(
                    "GET", target, headers: ["accept-encoding": accepted])
                #expect(answer["content-encoding"] == coding)
                #expect(answer["vary"]?.lowercased() == "accept-encoding")
                #expect(answer["content-type"] == type)
                #expect(answer.text == text + file)
            }
        }
        let plain = try await server.send("GET", "/")
        #expect(plain["content-encoding"] == nil)
        let missing = try await server.send("GET", "/no", headers: ["accept-encoding": "br"])
        #expect(missing.status == 404)
        #expect(missing.text == "brotli of 404.html")
    }

    @Test func withoutItsModuleBrotliIsLeftOut() async throws {
        let answer = try await start(hasBrotli: false).send(
            "GET", "/", headers: ["accept-encoding": "br, gzip"])
        #expect(answer["content-encoding"] == "gzip")
    }

    @Test func anUnchangedFileIsNotSentAgain() async throws {
        let server = try await start()
        for target in ["/", "/assets/main-1f3a5b7c.css"] {
            let first = try await server.send("GET", target)
            let tag = try #require(first["etag"])
            let date = try #require(first["last-modified"])
            for condition in [["if-none-match": tag], ["if-modified-since": date]] {
                let again = try await server.send("GET", target, headers: condition)
                #expect(again.status == 304)
                #expect(again["cache-control"] == first["cache-control"])
            }
            let other = try await server.send(
                "GET", target, headers: ["if-none-match": "\"other\""])
            #expect(other.status == 200)
        }
        let part = try await server.send("GET", "/", headers: ["range": "bytes=1-2"])
        #expect(part.status == 206)
        #expect(part.text == "h1")
    }

    @Test(arguments: ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "MKCOL"])
    func onlyReadingIsAllowed(method: String) async throws {
        let server = try await start()
        for target in ["/", "/assets/main-1f3a5b7c.css", "/nope"] {
            let answer = try await server.send(method, target)
            #expect(answer.status == 405)
            #expect(answer["allow"] == "GET, HEAD")
            expectSecurityHeaders(answer, target)
        }
        let head = try await server.send("HEAD", "/")
        #expect(head.status == 200)
        #expect(head["allow"] == nil)
    }

    @Test(arguments: [
        "/../objects/ab/secret.html", "/../../other/current/index.html", "/%2e%2e/releases/1",
        "/..%2fobjects%2fab%2fsecret.html", "/%2e%2e%2f%2e%2e%2fother/current/index.html",
        "/%252e%252e/releases/1", "/assets/../../objects/ab/secret.html",
        "/assets../objects/ab/secret.html", "/assets..%2freleases/1", "/objects/ab/secret.html",
        "/releases/1", "/trees/a/index.html", "/passwd", "/linked/ab/secret.html", "/linked/",
        "/.hidden", "/.git/config", "/assets/.hidden-1f3a5b7c.css", "/%2egit/config",
        "/pricing/..%5c..%5cindex.html", "/index.html%00.txt", "//etc/passwd",
        "/..%c0%afreleases/1",
    ])
    func nothingElseCanBeRead(target: String) async throws {
        let server = try await start()
        let answer = try await server.send("GET", target)
        #expect(answer.status == 404 || answer.status == 400)
        for secret in ["secret", "hidden", "root:"] { #expect(!answer.text.contains(secret)) }
    }

    @Test func aSwapOfCurrentIsSeenAtOnce() async throws {
        let server = try await start()
        for _ in 0..<20 {
            #expect(try await server.send("GET", "/").text == "<h1>home</h1>")
            try output.swap("\(node)/current", to: "trees/b")
            #expect(try await server.send("GET", "/").text == "<h1>next</h1>")
            #expect(try await server.send("GET", "/pricing/").status == 404)
            try output.swap("\(node)/current", to: "trees/a")
        }
    }

    private func expectSecurityHeaders(_ answer: HTTPAnswer, _ target: String) {
        for header in SecurityHeaders.standard.all {
            #expect(answer[header.name] == header.value, "\(header.name) of \(target)")
        }
    }
}
