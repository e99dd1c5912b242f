/// A file's stamp, which changes when the file is replaced or rewritten.
public struct FileStamp: Hashable, Sendable {
    public var identity: FileIdentity
    /// Bytes.
    public var size: Int
    /// The modification time in nanoseconds since 1970, as the file's writer set it.
    public var modified: Int
    /// The change time in nanoseconds since 1970, as the system records it.
    public var changed: Int
}
