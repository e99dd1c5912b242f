/// What a visitor's cookie says: who they are, on which node, and for how long.
///
/// Visitors are anonymous: `visitor` is drawn by chance at their first question, and all that is known
/// of them is what they wrote.
public struct VisitorToken: Hashable, Sendable {
    /// A UUID in lower case.
    public var visitor: String
    public var node: String
    /// Seconds since 1970.
    public var issued: Int
    /// Seconds since 1970; from then on the token is worth nothing.
    public var expires: Int

    public init(visitor: String, node: String, issued: Int, expires: Int) {
        self.visitor = visitor
        self.node = node
        self.issued = issued
        self.expires = expires
    }
}

extension VisitorToken {
    /// Why a token was not accepted. A visitor hears none of it but 401; a test and a log do.
    public enum Fault: String, Error, Hashable, Sendable {
        /// Not three parts, too long, or a payload that is no JSON of ours.
        case malformed
        /// Another header than ours, `none` among them.
        case algorithm
        /// Signed with another key, or altered since.
        case signature
        case expired
        /// Issued later than now.
        case early
        /// Issued for another node.
        case node
    }
}
