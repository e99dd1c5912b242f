public import System

/// A kept release: its contents and why it was made.
public struct Release: Sendable, Hashable {
    /// Counts up from 1; numbers are never reused.
    public var number: Int
    /// Milliseconds since 1970.
    public var createdAt: Int
    /// Equal for releases of equal files.
    public var buildHash: SHA256Digest
    /// The number of pages; compressed forms are not counted.
    public var pages: Int
    public var files: Int
    /// The size of all files in bytes.
    public var bytes: Int
    /// The reason for the release, as the caller worded it.
    public var cause: String
    /// Whether this is the release that is served.
    public var isLive: Bool
}

/// A site that was rolled back: nothing is published until it is resumed.
public struct Hold: Sendable, Hashable {
    /// The release that stays.
    public var release: Int
    /// Milliseconds since 1970.
    public var since: Int
}

/// Why a page was rendered.
public struct RenderReason: Sendable, Hashable {
    /// The release that contains the rendering.
    public var release: Int
    /// The key of the page.
    public var page: String
    /// As worded by the caller.
    public var reason: String
    /// Milliseconds since 1970.
    public var createdAt: Int
}
