import COpenSSL

/// A SHA-256 digest: 32 bytes, compared and sorted by value.
public struct SHA256Digest: Hashable, Sendable {
    /// Most significant first.
    let words: (UInt64, UInt64, UInt64, UInt64)

    init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

    /// - Parameter bytes: exactly 32 bytes, most significant first.
    public init?(bytes: some Collection<UInt8>) {
        // Thousands are read at a time from a ledger, so the bytes are loaded directly as words.
        let words =
            bytes.withContiguousStorageIfAvailable { Self.words(in: UnsafeRawBufferPointer($0)) }
            ?? Array(bytes).withUnsafeBytes { Self.words(in: $0) }
        guard let words else { return nil }
        self.words = words
    }

    private static func words(
        in bytes: UnsafeRawBufferPointer
    ) -> (UInt64, UInt64, UInt64, UInt64)? {
        guard bytes.count == 32 else { return nil }
        func word(_ index: Int) -> UInt64 {
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
        }
        return (word(0), word(1), word(2), word(3))
    }

    /// - Parameter hex: 64 hexadecimal digits, as `description` writes them.
    public init?(hex: some StringProtocol) {
        let digits = Array(hex.utf8)
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: 64, by: 2) {
            let pair = String(decoding: digits[index...index + 1], as: UTF8.self)
            guard let byte = UInt8(pair, radix: 16) else { return nil }
            bytes.append(byte)
        }
        self.init(bytes: bytes)
    }

    /// The 32 bytes, most significant first.
    public var bytes: [UInt8] {
        let words = (
            words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian
        )
        return withUnsafeBytes(of: words) { Array($0) }
    }

    /// The first eight bytes, which suffice to distinguish all digests one site ever held.
    public var prefix: UInt64 { words.0 }

    public static func == (left: Self, right: Self) -> Bool { left.words == right.words }

    public func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}

extension SHA256Digest: CustomStringConvertible {
    /// 64 lower-case hexadecimal digits.
    public var description: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The first `count` digits of `description`, for file names that must be short.
    public func hex(_ count: Int) -> String { String(description.prefix(count)) }
}

extension SHA256Digest {
    /// The digest of the given bytes.
    public init(hashing bytes: [UInt8]) {
        var hasher = SHA256Hasher()
        hasher.update(bytes)
        self = hasher.finalize()
    }

    /// The digest of the UTF-8 form of `text`.
    public init(hashing text: String) { self.init(hashing: Array(text.utf8)) }
}

/// Computes a digest over several parts.
///
/// `update(field:)` writes a length before each part, so that ("ab", "c") and ("a", "bc") differ.
public struct SHA256Hasher: ~Copyable {
    private let context: OpaquePointer?

    public init() {
        context = EVP_MD_CTX_new()
        EVP_DigestInit_ex(context, EVP_sha256(), nil)
    }

    deinit { EVP_MD_CTX_free(context) }

    public mutating func update(_ bytes: [UInt8]) { update(bytes[...]) }

    public mutating func update(_ bytes: ArraySlice<UInt8>) {
        _ = bytes.withUnsafeBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    }

    public mutating func update(field bytes: [UInt8]) {
        update(count: bytes.count)
        update(bytes)
    }

    public mutating func update(field text: String) {
        var text = text
        text.withUTF8 { bytes in
            update(count: bytes.count)
            EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
        }
    }

    public mutating func update(field digest: SHA256Digest) { update(digest.bytes) }

    private mutating func update(count: Int) {
        withUnsafeBytes(of: UInt64(count).littleEndian) {
            _ = EVP_DigestUpdate(context, $0.baseAddress, $0.count)
        }
    }

    public consuming func finalize() -> SHA256Digest {
        var bytes = [UInt8](repeating: 0, count: 32)
        bytes.withUnsafeMutableBytes { buffer in
            _ = EVP_DigestFinal_ex(
                context, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), nil)
        }
        // A 32-byte array always makes a digest.
        return SHA256Digest(bytes: bytes) ?? SHA256Digest(zero: ())
    }
}

extension SHA256Digest {
    fileprivate init(zero: Void) { self.init(words: (0, 0, 0, 0)) }
}
