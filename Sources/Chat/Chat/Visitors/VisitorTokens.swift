import Core
import SiteModel
import System

/// Issues and checks visitors' tokens: JWT (RFC 7519) signed with HMAC-SHA-256.
///
/// Only one fixed header is accepted. The token cannot choose the algorithm, so `none` and
/// substituted algorithms are rejected before the signature is checked.
///
/// ```swift
/// let tokens = VisitorTokens(secrets: secrets)
/// let text = tokens.issue(to: visitor, on: "testpilot", now: now)
/// let token = try tokens.verify(text, on: "testpilot", now: now)
/// ```
public struct VisitorTokens: Sendable {
    /// The first key signs; all are accepted.
    private let keys: [MessageKey]
    /// Seconds for which a token is valid.
    public let lifetime: Int

    private static let header = Base64URL.encode(#"{"alg":"HS256","typ":"JWT"}"#.utf8)
    /// Maximum bytes of a token; ours are shorter.
    private static let lengthLimit = 1024
    /// Seconds by which another machine's clock may be ahead.
    private static let leeway = 60

    /// - Parameter lifetime: seconds; the default is 30 days.
    public init(secrets: ChatSecrets, lifetime: Int = 30 * 86_400) {
        keys = secrets.all.map { MessageKey($0) }
        self.lifetime = lifetime
    }

    /// - Parameter now: seconds since 1970.
    public func issue(to visitor: String, on node: String, now: Int) -> String {
        let claims: JSONValue = .object([
            "sub": .string(visitor), "node": .string(node), "iat": .number(Double(now)),
            "exp": .number(Double(now + lifetime)),
        ])
        let signed = Self.header + "." + Base64URL.encode(claims.text.utf8)
        guard let key = keys.first else { return "" }
        return signed + "." + Base64URL.encode(key.signature(of: Array(signed.utf8)))
    }

    /// - Parameters:
    ///   - node: the node that the request is for.
    ///   - now: seconds since 1970.
    public func verify(
        _ text: String, on node: String, now: Int
    ) throws(VisitorToken.Fault) -> VisitorToken {
        let bytes = Array(text.utf8)
        guard bytes.count <= Self.lengthLimit else { throw .malformed }
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .malformed }
        guard parts[0].elementsEqual(Self.header.utf8) else { throw .algorithm }
        guard let signature = Base64URL.decode(parts[2]) else { throw .signature }
        let signed = Array(bytes[..<parts[1].endIndex])
        // Every key is tried, so that the time taken does not reveal which one matched.
        var isOurs = false
        for key in keys where key.signature(signature, isOf: signed) { isOurs = true }
        guard isOurs else { throw .signature }
        guard let payload = Base64URL.decode(parts[1]),
            let claims = try? JSONValue(
                parsing: payload, depthLimit: JSONValue.requestDepthLimit),
            let visitor = claims["sub"]?.string, let audience = claims["node"]?.string,
            let issued = Self.seconds(claims["iat"]), let expires = Self.seconds(claims["exp"])
        else { throw .malformed }
        guard expires > now else { throw .expired }
        guard issued <= now + Self.leeway else { throw .early }
        guard audience == node else { throw .node }
        return VisitorToken(visitor: visitor, node: audience, issued: issued, expires: expires)
    }

    /// Converts a claim to whole seconds; nil for a number that our tokens cannot contain, such as
    /// 1e999.
    private static func seconds(_ claim: JSONValue?) -> Int? {
        guard let seconds = claim?.number.flatMap({ Int(exactly: $0) }),
            0...(1 << 53) ~= seconds
        else { return nil }
        return seconds
    }

    /// Whether to issue a new token: after a third of its lifetime. After that period, regular
    /// visitors no longer have tokens signed with a replaced key.
    public func isDue(_ token: VisitorToken, now: Int) -> Bool {
        now - token.issued >= lifetime / 3
    }
}
