import SystemSupport

/// A finished file of the site beside its pages.
public struct Asset: Sendable, Hashable {
    /// Below the site's root, such as `assets/site-1f0c9a7e.css`.
    public var path: String
    public var bytes: [UInt8]

    public init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }

    /// An asset whose name carries the hash of its bytes, so that it never changes.
    public init(hashed name: String, extension suffix: String, bytes: [UInt8]) {
        let hash = SHA256Digest(hashing: bytes).hex(8)
        self.init(path: "assets/\(name)-\(hash).\(suffix)", bytes: bytes)
    }

    /// The address that pages use.
    public var url: String { "/" + path }
}
