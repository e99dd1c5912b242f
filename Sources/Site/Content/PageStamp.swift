/// Which state the rows of a page are in.
public struct PageStamp: Hashable, Sendable {
    /// `Page.version`: by the transactions that wrote the rows.
    public var version: Int64
    /// By what is in the rows.
    public var digest: Int64

    public init(version: Int64, digest: Int64) {
        self.version = version
        self.digest = digest
    }
}
