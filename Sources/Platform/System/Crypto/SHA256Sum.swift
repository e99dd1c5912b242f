/// A sum of digests modulo 2^256, independent of their order.
///
/// Digests can be subtracted as well, so the sum of a large set is updated for one change without
/// reading the others.
public struct SHA256Sum: Hashable, Sendable {
    /// Least significant word first.
    private var words: (UInt64, UInt64, UInt64, UInt64)

    /// Makes the empty sum.
    public init() { words = (0, 0, 0, 0) }

    /// Makes the sum with the 256 bits of `digest`.
    public init(_ digest: SHA256Digest) {
        words = (digest.words.3, digest.words.2, digest.words.1, digest.words.0)
    }

    /// The 256 bits of the sum, in the form of a digest.
    public var value: SHA256Digest {
        SHA256Digest(words: (words.3, words.2, words.1, words.0))
    }

    public mutating func add(_ digest: SHA256Digest) {
        var carry: UInt64 = 0
        func add(_ word: inout UInt64, _ other: UInt64) {
            let (sum, overflows) = word.addingReportingOverflow(other)
            let (total, overflowsAgain) = sum.addingReportingOverflow(carry)
            word = total
            carry = overflows || overflowsAgain ? 1 : 0
        }
        add(&words.0, digest.words.3)
        add(&words.1, digest.words.2)
        add(&words.2, digest.words.1)
        add(&words.3, digest.words.0)
    }

    public mutating func subtract(_ digest: SHA256Digest) {
        var borrow: UInt64 = 0
        func subtract(_ word: inout UInt64, _ other: UInt64) {
            let (difference, overflows) = word.subtractingReportingOverflow(other)
            let (total, overflowsAgain) = difference.subtractingReportingOverflow(borrow)
            word = total
            borrow = overflows || overflowsAgain ? 1 : 0
        }
        subtract(&words.0, digest.words.3)
        subtract(&words.1, digest.words.2)
        subtract(&words.2, digest.words.1)
        subtract(&words.3, digest.words.0)
    }

    public static func == (left: Self, right: Self) -> Bool { left.words == right.words }

    public func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}
