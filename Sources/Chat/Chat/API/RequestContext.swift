import FoundationEssentials
import HTTP

/// The visitor and the node of a request.
struct RequestContext: Sendable {
    let node: ChatNode
    let caller: Ceilings.Caller
    /// nil for a new visitor who has no token.
    let visitor: UUID?
    /// The cookie to set in the response: a visitor's first token, or a replacement for an ageing
    /// one.
    let cookie: String?
}

/// The cookie that identifies a visitor.
enum VisitorCookie {
    static let name = "robbieblocks_visitor"

    /// - Parameter header: the `Cookie` field.
    /// - Returns: the token; nil when the cookie is absent.
    static func token(in header: String?) -> String? {
        guard let header else { return nil }
        for pair in header.utf8.split(separator: UInt8(ascii: ";")) {
            let pair = pair.drop { $0 == UInt8(ascii: " ") }
            guard pair.starts(with: prefix) else { continue }
            return String(Substring(pair.dropFirst(prefix.count)))
        }
        return nil
    }

    private static let prefix = Array("\(name)=".utf8)

    /// - Parameter isSecure: whether the browser used HTTPS.
    static func field(_ token: String, lifetime: Int, isSecure: Bool) -> String {
        "\(name)=\(token); Path=/; Max-Age=\(lifetime); HttpOnly; SameSite=Lax"
            + (isSecure ? "; Secure" : "")
    }

    /// Makes the browser delete an invalid token.
    static func clearing(isSecure: Bool) -> String { field("", lifetime: 0, isSecure: isSecure) }
}
