import Core
import FoundationEssentials
import Operations
import TestSupport
import Testing

@Suite struct NginxServerBlockTests {
    private func text(
        node: String = "testpilot", domain: String = "www.example.com",
        output: String = "/srv/site-output", listen: NginxServerBlock.Listen = .init(),
        chatPort: Int? = nil, hasBrotli: Bool = false,
        headers: SecurityHeaders = .standard
    ) throws -> String {
        try NginxServerBlock(
            node: node, domain: domain, output: output, listen: listen, chatPort: chatPort,
            hasBrotli: hasBrotli, headers: headers
        ).text
    }

    @Test func theProductionTextIsComplete() throws {
        let text = try text(domain: "WWW.Example.com", output: "/srv/site-output/")
        for line in [
            "listen 80;", "listen [::]:80;", "server_name www.example.com;",
            "root /srv/site-output/testpilot/current;",
            "disable_symlinks on from=/srv/site-output/testpilot/current;",
            "# brotli_static on;  # with the package libnginx-mod-http-brotli-static",
            "gzip_static on;", "etag on;", "server_tokens off;",
            "error_page 403 404 =404 /404.html;",
        ] {
            #expect(text.contains("    \(line)\n"), "\(line)")
        }
        #expect(text.contains("certbot --nginx -d www.example.com"))
        #expect(!text.contains("proxy_pass"))
        #expect(!text.contains("open_file_cache;") && !text.contains("alias "))
        let block = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(block.allSatisfy { $0.count < 300 })
        let locations = text.components(separatedBy: "\n    location ").count - 1
        let policies = text.components(separatedBy: "add_header Content-Security-Policy").count - 1
        // All but the one for dotfiles, which sends nothing itself.
        #expect(policies == locations - 1)
    }

    @Test func brotliAndChatAreThereWhenAskedFor() throws {
        let text = try text(chatPort: 8090, hasBrotli: true)
        #expect(text.contains("    brotli_static on;\n"))
        #expect(text.contains("    server 127.0.0.1:8090;\n"))
        let places = text.components(separatedBy: "proxy_pass http://robbieblocks_testpilot_chat;")
        #expect(places.count == 6)
        let nodes = text.components(separatedBy: "proxy_set_header X-RobbieBlocks-Node testpilot;")
        #expect(nodes.count == 6)
    }

    /// Two nodes on one nginx share its variables and zones.
    @Test func nodesDoNotShareNames() throws {
        let names = try ["a-b", "a_b", "ab", "a--b", "a_hb"].map { node in
            try #require(
                try text(node: node).split(separator: " ").first { $0.hasSuffix("_allow") })
        }
        #expect(Set(names).count == 5)
    }

    @Test func anAddressIsListenedOnAlone() throws {
        #expect(
            try text(listen: .init(address: "::1", port: 8080)).contains("listen [::1]:8080;"))
        let text = try text(listen: .init(address: "127.0.0.1", port: 8080))
        #expect(text.contains("    listen 127.0.0.1:8080;\n"))
        #expect(text.components(separatedBy: "    listen ").count == 2)
    }

    @Test(arguments: [
        "", "a b", "a;b", "a{", "a}", "a\"b", "a'b", "a\nb", "../a", "a/b", "-a", "$a", "a\u{0}b",
        String(repeating: "a", count: 101), "ä",
    ])
    func aNodeThatIsNoIdIsRefused(node: String) {
        expectUsage { try text(node: node) }
    }

    @Test(arguments: [
        "", "a b.com", "a.com;", "a.com {", "a.com\nroot /;", "\"a.com\"", "a..com", "-a.com",
        "a-.com", "http://a.com", "a.com/", "a.com:80", "*.a.com", "~^a", "$host", "bücher.de",
        String(repeating: "a", count: 64) + ".com", "_", ".a.com",
    ])
    func aDomainThatIsNoneIsRefused(domain: String) {
        expectUsage { try text(domain: domain) }
    }

    @Test(arguments: [
        "", "site-output", "./site", "/srv/a b", "/srv/a;b", "/srv/{a}", "/srv/\"a\"", "/srv/'a'",
        "/srv/a\nb", "/srv/$a", "/srv/a\\b", "/srv/../etc", "/srv/./a", "/srv/#a", "/srv/a\tb",
        "/" + String(repeating: "a", count: 1100),
    ])
    func aPathThatNginxWouldMisreadIsRefused(output: String) {
        expectUsage { try text(output: output) }
    }

    @Test func portsAddressesAndHeadersAreChecked() {
        for port in [0, -1, 65_536] {
            expectUsage { try text(listen: .init(port: port)) }
            expectUsage { try text(chatPort: port) }
        }
        for address in ["", "localhost", "127.0.0.1;", "a b", "0 default_server"] {
            expectUsage { try text(listen: .init(address: address)) }
        }
        for (name, value) in [
            ("X-A", "a\" ; b"), ("X-A", "$host"), ("X-A", "a\nb"), ("X A", "a"), ("", "a"),
            ("X-A", "a\\"),
        ] {
            expectUsage { try text(headers: SecurityHeaders([.init(name, value)])) }
        }
    }

    @Test func aPathInAnotherScriptIsFine() async throws {
        let text = try text(output: "/srv/seiten-für-alle")
        #expect(text.contains("root /srv/seiten-für-alle/testpilot/current;"))
    }

    @Test func thePolicyIsTheOneOfTheDesign() {
        let policy = SecurityHeaders.contentSecurityPolicy
        for directive in [
            "default-src 'self'", "style-src 'self'", "style-src-attr 'unsafe-inline'",
            "img-src 'self' data:", "object-src 'none'", "base-uri 'self'",
            "form-action 'self' mailto:", "frame-ancestors 'self'",
        ] {
            #expect(policy.components(separatedBy: "; ").contains(directive))
        }
        #expect(!policy.contains("script-src"))
    }

    private func expectUsage(_ body: () throws -> String) {
        let diagnostic = #expect(throws: Diagnostic.self) { try body() }
        #expect(diagnostic?.code == .usage)
        #expect(diagnostic?.hint != nil)
        #expect(diagnostic?.message.contains("\n") == false)
    }
}
