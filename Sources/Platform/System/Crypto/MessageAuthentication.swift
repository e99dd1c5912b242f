import COpenSSL

/// A key that authenticates messages by HMAC-SHA-256 (RFC 2104).
///
/// ```swift
/// let key = MessageKey(secret)
/// let signature = key.signature(of: message)
/// key.signature(signature, isOf: message)  // true
/// ```
public struct MessageKey: Sendable {
    private let bytes: [UInt8]

    /// - Parameter bytes: at least 32 secret bytes.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Returns the signature, which has 32 bytes.
    public func signature(of message: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        bytes.withUnsafeBytes { key in
            digest.withUnsafeMutableBytes { output in
                _ = HMAC(
                    EVP_sha256(), key.baseAddress, Int32(key.count), message, message.count,
                    output.baseAddress?.assumingMemoryBound(to: UInt8.self), nil)
            }
        }
        return digest
    }

    /// Whether a signature was made with this key. The time of the check does not reveal where the
    /// first difference is.
    public func signature(_ signature: [UInt8], isOf message: [UInt8]) -> Bool {
        isEqualInConstantTime(signature, self.signature(of: message))
    }
}

/// Compares secrets in a time that depends only on their length.
public func isEqualInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
}

/// Returns random bytes that cannot be predicted.
///
/// - Throws: when the system has no source of randomness.
public func unpredictableBytes(_ count: Int) throws(SystemError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    guard RAND_bytes(&bytes, Int32(count)) == 1 else { throw SystemError("draw random bytes") }
    return bytes
}
