import Glibc
import System
import TestSupport
import Testing

/// The preview server shows what nginx will serve: same statuses, types and headers.
@Suite(.starterSites) struct PreviewStarterTests {
    private static let compared = [
        "content-type", "content-encoding", "cache-control", "location", "allow",
        "content-security-policy", "x-content-type-options", "referrer-policy", "x-frame-options",
        "cross-origin-opener-policy", "permissions-policy",
    ]

    @Test func answersAsNginxDoes() async throws {
        let sites = try StarterSitesTrait.shared()
        let site = try sites["testpilot"]
        let reserved = try ReservedPort()
        let program = try RunningProgram(
            [
                "serve", "--node", "testpilot", "--port", "\(reserved.port)", "--output",
                sites.output,
            ])
        try await program.waitFor("testpilot is at http://127.0.0.1:\(reserved.port)/")
        let preview = HTTPClient(port: reserved.port)
        let files = ServedFile.all(of: site).map(\.target)
        let others = [
            "/pricing", "/no/such/page/", "/404.html", "/releases/1", "/.release", "/trees/a/",
            "/../releases/1", "/%2e%2e/releases/1", "/..%2freleases/1", "/assets/",
        ]
        for target in files + others {
            for coding in ["identity", "gzip", "br"] {
                let headers = ["accept-encoding": coding]
                let here = try await preview.send("GET", target, headers: headers)
                let there = try await site.server.send("GET", target, headers: headers)
                if there.status == 400 {
                    #expect([400, 404].contains(here.status), "\(target)")
                    continue
                }
                #expect(here.status == there.status, "\(target) \(coding)")
                for name in Self.compared where there.status != 301 || name != "content-type" {
                    #expect(here[name] == there[name], "\(name) of \(target) \(coding)")
                }
                // The body of a redirect is not read.
                let isSame = there.status == 301 || here.body == there.body
                #expect(isSame, "\(target) \(coding)")
            }
        }
        let tag = try #require(try await preview.send("GET", "/")["etag"])
        let again = try await preview.send("GET", "/", headers: ["if-none-match": tag])
        #expect(again.status == 304)
        #expect(try await preview.send("POST", "/").status == 405)
        program.process.send(signal: SIGINT)
        try await waitUntil("it ends") { program.hasStopped }
    }
}
