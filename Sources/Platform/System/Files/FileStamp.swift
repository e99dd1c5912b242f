/// Equal for two looks at a file between which nobody has replaced or rewritten it.
public struct FileStamp: Hashable, Sendable {
    public var identity: FileIdentity
    /// Bytes.
    public var size: Int
    /// Nanoseconds since 1970, as whoever wrote the file set it.
    public var modified: Int
    /// Nanoseconds since 1970, as the system counts it.
    public var changed: Int
}
