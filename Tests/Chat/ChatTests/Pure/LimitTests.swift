import Core
import Testing

@testable import Chat

@Suite("Origins and addresses")
struct OriginAndAddressTests {
    @Test(
        "a page of the same host may ask",
        arguments: [
            (nil, "example.org"), ("http://example.org", "example.org"),
            ("https://example.org", "example.org:443"), ("http://example.org:80", "example.org"),
            ("http://127.0.0.1:8080", "127.0.0.1:8080"), ("https://Example.org", "example.ORG"),
            ("http://[::1]:8080", "[::1]:8080"),
        ] as [(String?, String)])
    func own(origin: String?, host: String) {
        #expect(OriginRule.allows(origin: origin, host: host))
    }

    @Test(
        "a page of another may not",
        arguments: [
            ("null", "example.org"), ("http://evil.example", "example.org"),
            ("http://example.org.evil.example", "example.org"),
            ("http://example.org:8080", "example.org"), ("http://sub.example.org", "example.org"),
            ("file://example.org", "example.org"), ("example.org", "example.org"),
            ("http://example.org/", "example.org"), ("http://example.org", nil),
            ("https://example.org:80", "example.org"),
        ] as [(String, String?)])
    func foreign(origin: String, host: String?) {
        #expect(!OriginRule.allows(origin: origin, host: host))
    }

    @Test(
        "an address counts as itself, one of IPv6 as its network",
        arguments: [
            ("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::9", "2001:db8:1:2::/64"), ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
            ("2001:db8::1", "2001:db8:0:0::/64"), ("::ffff:192.0.2.7", "192.0.2.7"),
            ("::ffff:c000:207", "192.0.2.7"), ("fe80::1%eth0", "fe80:0:0:0::/64"),
            ("::1", "0:0:0:0::/64"), ("", "unknown"), ("1.2.3", "unknown"),
            ("1.2.3.256", "unknown"), ("1:2:3:4:5:6:7:8:9", "unknown"), (":::", "unknown"),
            ("1::2::3", "unknown"), ("12345::", "unknown"), ("a'; DROP", "unknown"),
            ("1:2:3:4:5:6:7:", "unknown"),
        ])
    func keys(address: String, key: String) {
        #expect(ClientAddress.key(of: address) == key)
    }

    @Test("what a proxy says is believed when it is ours")
    func forwarded() {
        #expect(ClientAddress.key(peer: "127.0.0.1", forwarded: "192.0.2.7") == "192.0.2.7")
        #expect(ClientAddress.key(peer: "::1", forwarded: "192.0.2.7") == "192.0.2.7")
        #expect(ClientAddress.key(peer: "127.0.0.1", forwarded: nil) == "127.0.0.1")
        #expect(ClientAddress.key(peer: "198.51.100.3", forwarded: "192.0.2.7") == "198.51.100.3")
    }
}

@Suite("Ceilings")
struct CeilingTests {
    func caller(_ visitor: String?, _ address: String = "192.0.2.1") -> Ceilings.Caller {
        Ceilings.Caller(address: address, visitor: visitor, node: "testpilot")
    }

    /// How many of `count` questions, each answered at once, are admitted at one moment.
    func admitted(
        _ count: Int, by ceilings: inout Ceilings, now: Double = 0,
        _ caller: (Int) -> Ceilings.Caller
    ) -> Int {
        var admitted = 0
        for index in 0..<count {
            let caller = caller(index)
            guard (try? ceilings.beginAnswer(for: caller, now: now)) != nil else { continue }
            ceilings.endAnswer(for: caller)
            admitted += 1
        }
        return admitted
    }

    @Test("let through a burst, then so many a minute, and say when")
    func rate() throws {
        var limits = CeilingLimits()
        limits.questionsPerVisitor = Rate(burst: 3, perMinute: 6)
        var ceilings = Ceilings(limits)
        #expect(admitted(10, by: &ceilings) { _ in caller("v") } == 3)
        #expect(throws: Ceilings.Refusal(ceiling: .visitor, retryAfter: 10)) {
            try ceilings.beginAnswer(for: caller("v"), now: 0)
        }
        // A caller that waits for the stated time is admitted, and only once.
        #expect(admitted(10, by: &ceilings, now: 9_999) { _ in caller("v") } == 0)
        #expect(admitted(10, by: &ceilings, now: 10_000) { _ in caller("v") } == 1)
    }

    @Test("are the address's, whatever cookie comes with it")
    func newCookies() {
        var limits = CeilingLimits()
        limits.questionsPerAddress = Rate(burst: 5, perMinute: 5)
        var ceilings = Ceilings(limits)
        #expect(admitted(100, by: &ceilings) { caller("visitor-\($0)") } == 5)
        #expect(admitted(100, by: &ceilings) { _ in caller("other", "192.0.2.2") } == 5)
    }

    @Test("keep one address from using up the node, and refusals cost other callers nothing")
    func fairness() {
        var ceilings = Ceilings(CeilingLimits())
        // An attacker with as many cookies as they like, as fast as they can.
        _ = admitted(10_000, by: &ceilings) { caller("visitor-\($0)") }
        #expect(admitted(5, by: &ceilings) { _ in caller("honest", "192.0.2.2") } == 5)
    }

    @Test("keep one address from holding all answers of a node, even when its own is raised")
    func concurrentAnswers() throws {
        var limits = CeilingLimits()
        try limits.set("answers-per-address=2000")
        try limits.set("answers-per-visitor=100000")
        try limits.set("questions-per-address=1000000")
        try limits.set("questions-per-visitor=1000000")
        var ceilings = Ceilings(limits)
        var held = 0
        while (try? ceilings.beginAnswer(for: caller("one"), now: 0)) != nil { held += 1 }
        #expect(held == 2000)
        try ceilings.beginAnswer(for: caller("two", "192.0.2.2"), now: 0)
        // What ends makes room.
        ceilings.endAnswer(for: caller("one"))
        try ceilings.beginAnswer(for: caller("one"), now: 0)
        #expect(throws: Ceilings.Refusal(ceiling: .visitor, retryAfter: 5)) {
            var limits = CeilingLimits()
            limits.answersPerVisitor = 1
            var ceilings = Ceilings(limits)
            try ceilings.beginAnswer(for: caller("v"), now: 0)
            try ceilings.beginAnswer(for: caller("v"), now: 0)
        }
    }

    @Test("hold for the node as a whole, and say when")
    func node() {
        var limits = CeilingLimits()
        limits.questionsPerAddress = Rate(burst: 1, perMinute: 1)
        limits.questionsPerNode = Rate(burst: 4, perMinute: 60)
        var ceilings = Ceilings(limits)
        #expect(admitted(100, by: &ceilings) { caller(nil, "10.0.0.\($0)") } == 4)
        #expect(throws: Ceilings.Refusal(ceiling: .node, retryAfter: 1)) {
            try ceilings.beginAnswer(for: caller(nil, "10.0.1.1"), now: 0)
        }
    }

    @Test("take bounded memory, and drop callers without usage")
    func memory() {
        var ceilings = Ceilings(CeilingLimits(), names: 1000)
        for index in 0..<10_000 {
            let caller = caller("v\(index)", "a\(index)")
            try? ceilings.request(from: caller, now: 0)
            try? ceilings.beginAnswer(for: caller, now: 0)
            ceilings.endAnswer(for: caller)
        }
        #expect(ceilings.size <= 3001)
        // The same name is at its ceiling still: it is not forgotten for the sake of strangers.
        var table = RateTable(Rate(burst: 2, perMinute: 60), limit: 100)
        for _ in 0..<50 { table.take("greedy", now: 0) }
        for index in 0..<10_000 { table.take("stranger-\(index)", now: 0) }
        #expect(table.wait("greedy", now: 0) > 0)
        #expect(table.count <= 100)
    }

    @Test("of sockets are kept while they are open")
    func sockets() throws {
        var limits = CeilingLimits()
        limits.socketsPerAddress = 2
        limits.socketsPerVisitor = 2
        var ceilings = Ceilings(limits)
        try ceilings.openSocket(for: caller("a"))
        try ceilings.openSocket(for: caller("b"))
        #expect(throws: Ceilings.Refusal(ceiling: .address, retryAfter: 5)) {
            try ceilings.openSocket(for: caller("c"))
        }
        ceilings.closeSocket(for: caller("a"))
        try ceilings.openSocket(for: caller("c"))
        try ceilings.openSocket(for: caller("d", "192.0.2.2"))
    }

    @Test("are set by name, and a typing mistake is reported")
    func settings() throws {
        var limits = CeilingLimits()
        for name in CeilingLimits.names { try limits.set("\(name)=7") }
        #expect(limits.answersPerNode == 7)
        #expect(limits.questionsPerVisitor == Rate(burst: 3, perMinute: 7))
        for text in ["answers-per-node", "answers-per-node=", "answers-per-node=0", "=5", "x=-1"] {
            #expect(throws: Diagnostic.self) { try limits.set(text) }
        }
        do {
            try limits.set("answer-per-node=5")
            Issue.record("a name that is not there was taken")
        } catch {
            #expect(error.hint == "did you mean 'answers-per-node'?")
        }
    }
}
