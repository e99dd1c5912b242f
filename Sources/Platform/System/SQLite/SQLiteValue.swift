/// A value bound to a `?` of a statement.
public enum SQLiteValue: Hashable, Sendable {
    case null
    case integer(Int)
    case text(String)
    case bytes([UInt8])
    /// Stored as its 32 bytes.
    case digest(SHA256Digest)

    public static func integer(_ value: Int?) -> SQLiteValue { value.map(Self.integer) ?? .null }
    public static func text(_ value: String?) -> SQLiteValue { value.map(Self.text) ?? .null }
    public static func digest(_ value: SHA256Digest?) -> SQLiteValue {
        value.map(Self.digest) ?? .null
    }
}
