/// The status of a directory entry, read without following links.
public struct EntryStatus: Hashable, Sendable {
    public enum Kind: Hashable, Sendable { case file, folder, link, other }

    public var kind: Kind
    /// Bytes.
    public var size: Int
    /// Nanoseconds since 1970.
    public var modified: Int
    /// The permission bits.
    public var mode: UInt32
    public var identity: FileIdentity
}
