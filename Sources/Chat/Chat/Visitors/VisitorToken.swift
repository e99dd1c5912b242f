/// The content of a visitor's cookie: visitor, node and validity.
///
/// Visitors are anonymous: `visitor` is a random id drawn at their first question, and only their
/// messages are known.
public struct VisitorToken: Hashable, Sendable {
    /// A UUID in lower case.
    public var visitor: String
    public var node: String
    /// Seconds since 1970.
    public var issued: Int
    /// Seconds since 1970; the token is invalid from then on.
    public var expires: Int

    public init(visitor: String, node: String, issued: Int, expires: Int) {
        self.visitor = visitor
        self.node = node
        self.issued = issued
        self.expires = expires
    }
}

extension VisitorToken {
    /// Why a token was rejected. Only tests and logs see the reason; visitors get 401.
    public enum Fault: String, Error, Hashable, Sendable {
        /// Not three parts, too long, or a payload that is not JSON of the expected form.
        case malformed
        /// A header other than ours, including `none`.
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
