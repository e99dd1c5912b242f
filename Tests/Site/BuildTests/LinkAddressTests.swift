import Testing

@testable import Build

/// Where addresses lead, as RFC 3986 and browsers say.
@Suite struct LinkAddressTests {
    @Test(
        arguments: [
            ("/a/", "/a/", nil), ("../b/", "/guide/b/", nil), ("b", "/guide/page/b", nil),
            ("./b/./c/", "/guide/page/b/c/", nil), ("../../..", "/", nil), ("/x/../a/", "/a/", nil),
            ("", "/guide/page/", nil), ("#top", "/guide/page/", "#top"),
            ("?q=1#x", "/guide/page/", "#x"),
            ("/a/?q=#x", "/a/", "#x"), ("https://own.example/a/#x", "/a/", "#x"),
            ("HTTPS://OWN.EXAMPLE", "/", nil), ("//own.example/a/", "/a/", nil),
            ("/%61/%C3%A9/", "/a/é/", nil), ("/%2e%2e/a/", "/a/", nil), ("/100%/", "/100%/", nil),
            ("\\a\\", "/a/", nil), ("/a\u{9}b/", "/ab/", nil),
            ("/a/\u{301}b/", "/a/\u{301}b/", nil),
            ("a:b/../c", nil, nil),
        ] as [(String, String?, String?)])
    func resolvesLikeABrowser(url: String, path: String?, fragment: String?) {
        let address = LinkAddress(url, on: "/guide/page/", host: "own.example")
        let expected: LinkAddress = path.map { .site(path: $0, fragment: fragment) } ?? .other
        #expect(address == expected)
    }

    @Test(arguments: [
        ("https://other.example/", LinkAddress.elsewhere), ("//other.example/a", .elsewhere),
        ("https://own.example:8443/", .elsewhere),
        ("https://own.example@evil.example/", .elsewhere),
        ("JavaScript:alert(1)", .script), ("java\u{9}script:alert(1)", .script),
        ("data:text/html,x", .embedded), ("blob:https://own.example/1", .embedded),
        ("mailto:a@b.example", .other), ("sms:+100", .other),
    ])
    func tellsOtherPlacesApart(url: String, expected: LinkAddress) {
        #expect(LinkAddress(url, on: "/", host: "own.example") == expected)
    }

    @Test func aNodeWithoutAnAddressHasNoHost() {
        #expect(LinkAddress("https://own.example/", on: "/", host: nil) == .elsewhere)
    }
}
