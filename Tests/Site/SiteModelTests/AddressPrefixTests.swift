import Core
import Testing

@testable import SiteModel

/// The address of a node is a host and possibly a port, since its site is served from the root.
@Suite struct SiteAddressTests {
    private func node(_ address: String) -> Node {
        Node(id: "acme", name: "Acme", metadata: ["base_url": .string(address)])
    }

    @Test(arguments: [
        "https://www.example.com", "http://localhost:8080", "https://a.example/",
        "https://xn--bcher-kva.example:65535", "http://127.0.0.1", "http://[::1]:80",
        "http://[2001:db8:0:0:0:0:0:1]", "https://a-b.example:1", "https://[::ffff:192.0.2.1]",
        "https://[64:ff9b::192.0.2.1]:8443", "https://[1:2:3:4:5:6:192.0.2.1]",
    ])
    func takesAHostAndAPort(_ address: String) {
        #expect(node(address).metadataFaults == [])
        #expect(node(address).baseURL == (address.hasSuffix("/") ? "https://a.example" : address))
    }

    @Test(arguments: [
        ("https://bug.example/sub", "a path"), ("https://bug.example/sub/", "a path"),
        ("https://bug.example//", "more than one slash"),
        ("https://user:geheim@bug.example", "a password"), ("https://user@bug.example/x", "user"),
        ("https://bug.example:99999", "a port"), ("https://bug.example:0", "a port"),
        ("https://bug.example:", "not a number from 1 to 65535"),
        ("https://bug.example:8o", "a port"),
        ("https://bug.example?x", "a query"), ("https://bug.example/#top", "a fragment"),
        (" https://bug.example", "white space"), ("https://bug.example\n", "white space"),
        ("https://bug\u{A0}.example", "white space"), ("https://bug.example\\x", "path"),
        ("", "https://"), ("//bug.example", "https://"), ("ftp://bug.example", "https://"),
        ("https://", "host"), ("https:///x", "path"), ("https://bug..example", "host"),
        ("https://-bug.example", "host"), ("https://bug_one.example", "host"),
        ("https://bücher.example", "xn--"), ("https://1.2.3", "host"),
        ("https://1.2.3.256", "host"),
        ("http://[::1", "host"), ("http://[1::2::3]", "host"), ("http://[:::]", "host"),
        ("http://[12345::]", "host"), ("https://bug.example.", "host"),
        ("http://[192.0.2.1::]", "host"), ("http://[::192.0.2.256]", "host"),
        ("http://[::192.0.2.1:1]", "host"), ("http://[1:2:3:4:5:6:7:192.0.2.1]", "host"),
        ("http://[192.0.2.1]", "host"), ("http://[::192.0.2]", "host"),
    ])
    func refusesTheRest(_ address: String, _ reason: String) {
        let faults = node(address).metadataFaults
        #expect(faults.map(\.code) == [.badMetadata])
        #expect(faults.first?.location == .init(node: "acme", field: "metadata"))
        #expect(faults.first?.message.contains(reason) == true, "\(faults)")
        #expect(faults.first?.message.hasPrefix("metadata.base_url ") == true)
        #expect(faults.first?.message.contains("geheim") == false)
        #expect(faults.first?.hint?.contains("https://www.example.com") == true)
        #expect(node(address).baseURL == nil)
    }

    @Test func otherTypesAreRefused() {
        let node = Node(
            id: "acme", name: "Acme",
            metadata: ["base_url": .number(5), "tagline": ["x"], "own": .number(1)])
        #expect(
            node.metadataFaults.map(\.message) == [
                "metadata.base_url is not a string", #"metadata.tagline is ["x"]"#,
            ])
        #expect(Node(id: "a", name: "A", metadata: ["base_url": .null]).metadataFaults == [])
    }
}
