public import System

/// How the newest release came about as a whole.
///
/// It stands beside the inputs of pages, because no page reads any of it: a change of it alone
/// renders nothing.
public struct ReleaseProvenance: Sendable, Hashable {
    /// The digest of all sources of the release except the rows of its pages. It is removed when
    /// bytes of the site are lost; nil makes the next build compare everything.
    public var sources: SHA256Digest?
    /// Proves that the recorded versions of rows belong to a database, in the caller's own form.
    public var marker: SHA256Digest?
    /// Identifies the database that the release was made from, in the caller's own form.
    public var origin: SHA256Digest?
    /// Where that database was, in words for people.
    public var place: String?
    /// Whether the release has pages that are not for visitors.
    public var hasDrafts = false

    public init() {}
}
