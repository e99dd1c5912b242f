/// The state of a page's rows.
public struct PageStamp: Hashable, Sendable {
    /// `Page.version`, which follows from the transactions that wrote the rows.
    public var version: Int64
    /// Digest of the rows' contents.
    public var digest: Int64

    public init(version: Int64, digest: Int64) {
        self.version = version
        self.digest = digest
    }
}
