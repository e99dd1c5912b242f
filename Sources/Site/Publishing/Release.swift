public import System

/// One release that is kept: what it consists of and why it was made.
public struct Release: Sendable, Hashable {
    /// Counts up from 1; no number is ever used twice.
    public var number: Int
    /// Milliseconds since 1970.
    public var createdAt: Int
    /// Equal for releases of equal files.
    public var buildHash: SHA256Digest
    /// Pages, compressed forms not counted.
    public var pages: Int
    public var files: Int
    /// Bytes of all files.
    public var bytes: Int
    /// What led to it, in the words of the one who published.
    public var cause: String
    /// Whether this is the release that is served.
    public var isLive: Bool
}

/// A site that was rolled back: nothing is to be published over it until it is resumed.
public struct Hold: Sendable, Hashable {
    /// The release that is to stay.
    public var release: Int
    /// Milliseconds since 1970.
    public var since: Int
}

/// Why a page was rendered.
public struct RenderReason: Sendable, Hashable {
    /// The release that was made of it.
    public var release: Int
    /// The key of the page.
    public var page: String
    /// In the words of the one who rendered it.
    public var reason: String
    /// Milliseconds since 1970.
    public var createdAt: Int
}
