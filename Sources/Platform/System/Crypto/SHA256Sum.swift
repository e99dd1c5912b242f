/// A sum of digests modulo 2^256: the same for the same digests in any order.
///
/// What is added can be taken away again, so a sum over many things follows one that changed
/// without looking at the others.
public struct SHA256Sum: Hashable, Sendable {
    /// Least significant word first.
    private var words: (UInt64, UInt64, UInt64, UInt64)

    /// The sum of nothing.
    public init() { words = (0, 0, 0, 0) }

    /// The sum whose 256 bits are those of `digest`.
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
