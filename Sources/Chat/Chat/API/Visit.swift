import FoundationEssentials
import HTTP

/// Who a request is from, and which node it is for.
struct Visit: Sendable {
    let node: ChatNode
    let caller: Ceilings.Caller
    /// nil for somebody who was never here.
    let visitor: UUID?
    /// To go with the response: a visitor's first token, or a new one in place of an ageing one.
    let cookie: String?
}

/// The cookie that a visitor is known by.
enum VisitorCookie {
    static let name = "robbieblocks_visitor"

    /// - Parameter header: the `Cookie` field.
    /// - Returns: the token; nil when the cookie is not there.
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

    /// - Parameter isSecure: whether the browser came by HTTPS.
    static func field(_ token: String, lifetime: Int, isSecure: Bool) -> String {
        "\(name)=\(token); Path=/; Max-Age=\(lifetime); HttpOnly; SameSite=Lax"
            + (isSecure ? "; Secure" : "")
    }

    /// Has the browser forget a token that is worth nothing.
    static func clearing(isSecure: Bool) -> String { field("", lifetime: 0, isSecure: isSecure) }
}
