import System
import Testing

@testable import Chat

@Suite("Visitors' tokens")
struct VisitorTokenTests {
    let visitor = "6f1c1e0a-7f5b-4d53-9b0e-0d7f3a1f2c11"
    let now = 1_800_000_000

    func tokens(_ secrets: String...) throws -> VisitorTokens {
        VisitorTokens(secrets: try ChatSecrets(secrets.map { Array($0.utf8) }))
    }

    static let first = "first-secret-of-thirty-two-bytes"
    static let second = "other-secret-of-thirty-two-bytes"

    @Test("say who, where and how long")
    func roundTrip() throws {
        let tokens = try tokens(Self.first)
        let text = tokens.issue(to: visitor, on: "testpilot", now: now)
        let token = try tokens.verify(text, on: "testpilot", now: now + 5)
        #expect(token.visitor == visitor)
        #expect(token.node == "testpilot")
        #expect(token.issued == now)
        #expect(token.expires == now + 30 * 86_400)
    }

    @Test("are signed as other programs sign them")
    func knownSignature() {
        // RFC 7515, appendix A.1: the key, the text that is signed, and its signature.
        let key = Base64URL.decode(
            "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"
                .utf8)
        let signed =
            "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAs"
            + "DQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        let signature = MessageKey(key ?? []).signature(of: Array(signed.utf8))
        #expect(Base64URL.encode(signature) == "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    }

    @Test(
        "are refused with another algorithm than ours, whatever the signature",
        arguments: [
            #"{"alg":"none","typ":"JWT"}"#, #"{"alg":"None"}"#, #"{"alg":"HS512","typ":"JWT"}"#,
            #"{"alg":"RS256","typ":"JWT"}"#, #"{"alg":"ES256","typ":"JWT"}"#, #"{"typ":"JWT"}"#,
            #"{"alg":"HS256","typ":"JWT","jwk":{"k":"AAAA"}}"#, "{}", "",
        ])
    func swappedAlgorithm(header: String) throws {
        let tokens = try tokens(Self.first)
        let genuine = tokens.issue(to: visitor, on: "testpilot", now: now)
        let parts = genuine.split(separator: ".").map(String.init)
        let signed = Base64URL.encode(header.utf8) + "." + parts[1]
        // Signed with the real key, and not signed at all.
        let signature = Base64URL.encode(
            MessageKey(Array(Self.first.utf8)).signature(of: Array(signed.utf8)))
        for text in [signed + "." + signature, signed + ".", signed + "." + parts[2]] {
            #expect(throws: VisitorToken.Fault.algorithm) {
                try tokens.verify(text, on: "testpilot", now: now)
            }
        }
    }

    @Test("are refused when forged, altered or cut short")
    func forged() throws {
        let tokens = try tokens(Self.first)
        let genuine = tokens.issue(to: visitor, on: "testpilot", now: now)
        let forged = try self.tokens(Self.second).issue(to: visitor, on: "testpilot", now: now)
        #expect(throws: VisitorToken.Fault.signature) {
            try tokens.verify(forged, on: "testpilot", now: now)
        }
        let bytes = Array(genuine.utf8)
        for index in bytes.indices {
            var altered = bytes
            altered[index] = altered[index] == 0x41 ? 0x42 : 0x41
            #expect(throws: VisitorToken.Fault.self) {
                try tokens.verify(
                    String(decoding: altered, as: UTF8.self), on: "testpilot", now: now)
            }
        }
        for text in ["", ".", "..", "...", "a.b.c", genuine + "x", String(genuine.dropLast())] {
            #expect(throws: VisitorToken.Fault.self) {
                try tokens.verify(text, on: "testpilot", now: now)
            }
        }
        #expect(throws: VisitorToken.Fault.malformed) {
            try tokens.verify(
                genuine + String(repeating: "A", count: 2000), on: "testpilot", now: now)
        }
    }

    @Test(
        "are refused, and stop nothing, when they are ours and their numbers are no times",
        arguments: [
            "1e999", "1e30", "9223372036854775807", "-1", "-1e999", "1.5", "1e16", "null",
            "\"1900000000\"", "[1]",
        ])
    func numbers(number: String) throws {
        let tokens = try tokens(Self.first)
        let genuine = tokens.issue(to: visitor, on: "testpilot", now: now)
        let header = genuine.split(separator: ".")[0]
        for (issued, expires) in [("\(now)", number), (number, "\(now + 1000)"), (number, number)] {
            let claims = """
                {"sub":"\(visitor)","node":"testpilot","iat":\(issued),"exp":\(expires)}
                """
            let signed = "\(header).\(Base64URL.encode(claims.utf8))"
            let signature = MessageKey(Array(Self.first.utf8)).signature(of: Array(signed.utf8))
            #expect(throws: VisitorToken.Fault.malformed) {
                try tokens.verify(
                    "\(signed).\(Base64URL.encode(signature))", on: "testpilot", now: now)
            }
        }
    }

    @Test("end, do not begin in the future, and count on one node alone")
    func bounds() throws {
        let tokens = try tokens(Self.first)
        let text = tokens.issue(to: visitor, on: "testpilot", now: now)
        #expect(throws: VisitorToken.Fault.expired) {
            try tokens.verify(text, on: "testpilot", now: now + 30 * 86_400)
        }
        #expect(throws: VisitorToken.Fault.early) {
            try tokens.verify(text, on: "testpilot", now: now - 61)
        }
        #expect(throws: VisitorToken.Fault.node) {
            try tokens.verify(text, on: "aurora-town-local", now: now)
        }
    }

    @Test("are renewed after a third of their lifetime")
    func rotation() throws {
        let tokens = try tokens(Self.first)
        let token = try tokens.verify(
            tokens.issue(to: visitor, on: "testpilot", now: now), on: "testpilot", now: now)
        #expect(!tokens.isDue(token, now: now + 10 * 86_400 - 1))
        #expect(tokens.isDue(token, now: now + 10 * 86_400))
    }

    @Test("outlive their secret while it is rotated, and no longer")
    func rotatedSecret() throws {
        let old = try tokens(Self.first).issue(to: visitor, on: "testpilot", now: now)
        let both = try tokens(Self.second, Self.first)
        #expect(try both.verify(old, on: "testpilot", now: now).visitor == visitor)
        let new = both.issue(to: visitor, on: "testpilot", now: now)
        #expect(try tokens(Self.second).verify(new, on: "testpilot", now: now).visitor == visitor)
        #expect(throws: VisitorToken.Fault.signature) {
            try tokens(Self.second).verify(old, on: "testpilot", now: now)
        }
    }
}
