public import System

/// A finished file of the site that is not a page.
public struct Asset: Sendable {
    /// The folder in which files of `branding/<node>/` keep their own names.
    public static let brandingFolder = "assets/branding/"

    /// The path below the site's root, such as `assets/site-1f0c9a7e.css`.
    public let path: String
    public let bytes: [UInt8]
    /// The digest of `bytes`.
    public let digest: SHA256Digest
    /// Whether the path contains the hash of the bytes, so that the file at this path never
    /// changes.
    public let isImmutable: Bool

    public init(path: String, bytes: [UInt8], isImmutable: Bool = false) {
        self.path = path
        self.bytes = bytes
        self.isImmutable = isImmutable
        digest = SHA256Digest(hashing: bytes)
    }

    /// Creates an asset whose name contains the hash of its bytes, so that it never changes.
    public init(hashed name: String, extension suffix: String, bytes: [UInt8]) {
        digest = SHA256Digest(hashing: bytes)
        path = "assets/\(name)-\(digest.hex(8)).\(suffix)"
        self.bytes = bytes
        isImmutable = true
    }

    /// The address that pages use.
    public var url: String { "/" + path }
}

extension Asset: Hashable {
    public static func == (left: Self, right: Self) -> Bool {
        left.path == right.path && left.digest == right.digest
            && left.isImmutable == right.isImmutable
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(path)
        hasher.combine(digest)
    }
}
