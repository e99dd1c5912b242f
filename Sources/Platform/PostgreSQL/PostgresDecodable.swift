public import FoundationEssentials

/// A value that can be decoded from a column in PostgreSQL's binary form.
public protocol PostgresDecodable: PostgresDecodableElement {
    /// - Returns: nil when the bytes are not of this type.
    init?(postgresBinary bytes: UnsafeRawBufferPointer)
}

/// A value that can be decoded from an array element: an `Optional` where the element may be NULL.
public protocol PostgresDecodableElement {
    /// - Parameter bytes: nil when the element is NULL.
    /// - Returns: nil when this type has no such value.
    init?(postgresElement bytes: UnsafeRawBufferPointer?)
}

extension PostgresDecodable {
    public init?(postgresElement bytes: UnsafeRawBufferPointer?) {
        guard let bytes else { return nil }
        self.init(postgresBinary: bytes)
    }
}

extension Optional: PostgresDecodableElement where Wrapped: PostgresDecodable {
    public init?(postgresElement bytes: UnsafeRawBufferPointer?) {
        guard let bytes else {
            self = Optional<Wrapped>.none
            return
        }
        guard let value = Wrapped(postgresBinary: bytes) else { return nil }
        self = Optional<Wrapped>.some(value)
    }
}

extension String: PostgresDecodable {
    public init?(postgresBinary bytes: UnsafeRawBufferPointer) {
        self.init(decoding: bytes, as: UTF8.self)
    }
}

extension Int: PostgresDecodable {
    /// Reads `int2`, `int4` and `int8`.
    public init?(postgresBinary bytes: UnsafeRawBufferPointer) {
        switch bytes.count {
        case 2: self = Int(Int16(bigEndian: bytes.loadUnaligned(as: Int16.self)))
        case 4: self = Int(Int32(bigEndian: bytes.loadUnaligned(as: Int32.self)))
        case 8: self = Int(Int64(bigEndian: bytes.loadUnaligned(as: Int64.self)))
        default: return nil
        }
    }
}

extension Double: PostgresDecodable {
    /// Reads `float8`.
    public init?(postgresBinary bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 8 else { return nil }
        self.init(bitPattern: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)))
    }
}

extension Float: PostgresDecodable {
    /// Reads `float4`.
    public init?(postgresBinary bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 4 else { return nil }
        self.init(bitPattern: UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self)))
    }
}

extension Bool: PostgresDecodable {
    public init?(postgresBinary bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 1 else { return nil }
        self = bytes[0] != 0
    }
}

extension UUID: PostgresDecodable {
    public init?(postgresBinary bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 16 else { return nil }
        self.init(uuid: bytes.loadUnaligned(as: uuid_t.self))
    }
}

/// A point in time in PostgreSQL's own unit, independent of any calendar.
public struct Timestamp: Hashable, Comparable, Sendable, PostgresDecodable {
    /// Milliseconds since 1970-01-01 00:00 UTC.
    public var milliseconds: Int

    public init(milliseconds: Int) { self.milliseconds = milliseconds }

    public init?(postgresBinary bytes: UnsafeRawBufferPointer) {
        guard let microseconds = Int(postgresBinary: bytes) else { return nil }
        // PostgreSQL counts from 2000-01-01, which is 946,684,800 s after 1970-01-01.
        milliseconds = (microseconds / 1000) + 946_684_800_000
    }

    public static func < (left: Self, right: Self) -> Bool {
        left.milliseconds < right.milliseconds
    }
}

/// Bytes without conversion: `bytea`, the UTF-8 of `text`, or the text of `json`.
public struct Bytes: PostgresDecodable, Hashable, Sendable {
    public var bytes: [UInt8]

    public init?(postgresBinary bytes: UnsafeRawBufferPointer) { self.bytes = Array(bytes) }
}

/// The text of a `jsonb` column, not parsed.
public struct JSONText: PostgresDecodable, Hashable, Sendable {
    public var bytes: [UInt8]

    /// The binary form of `jsonb` is the version 1 followed by the text.
    public init?(postgresBinary bytes: UnsafeRawBufferPointer) {
        guard bytes.first == 1 else { return nil }
        self.bytes = Array(bytes.dropFirst())
    }

    public var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension Array: PostgresDecodableElement where Element: PostgresDecodableElement {}

extension Array: PostgresDecodable where Element: PostgresDecodableElement {
    /// Decodes a one-dimensional array. A NULL element is nil in an array of optionals; in any
    /// other array it is an error, because omitting it would shift the following elements.
    ///
    /// The format: dimensions, a flag, the element type, then size and lower bound of the
    /// dimension, then each element after its length; all 32-bit, most significant byte first.
    public init?(postgresBinary bytes: UnsafeRawBufferPointer) {
        var offset = 0
        func word() -> Int? {
            guard offset + 4 <= bytes.count else { return nil }
            defer { offset += 4 }
            return Int(
                Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self)))
        }
        guard let dimensions = word(), word() != nil, word() != nil else { return nil }
        self = []
        if dimensions == 0 { return }
        guard dimensions == 1, let count = word(), word() != nil else { return nil }
        for _ in 0..<count {
            guard let length = word() else { return nil }
            guard length >= 0 else {
                guard let element = Element(postgresElement: nil) else { return nil }
                append(element)
                continue
            }
            guard offset + length <= bytes.count,
                let element = Element(
                    postgresElement: UnsafeRawBufferPointer(
                        rebasing: bytes[offset..<offset + length]))
            else { return nil }
            append(element)
            offset += length
        }
    }
}
