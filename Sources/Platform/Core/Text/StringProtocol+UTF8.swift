/// Searches and splits text by its UTF-8 bytes.
///
/// The standard library compares `Character`s. A delimiter followed by a combining mark, a joiner
/// or a variation selector is one `Character`, unequal to the delimiter, and two texts of different
/// bytes are equal when Unicode calls them canonically equivalent. A security check must not miss a
/// slash or a quotation mark, so these members compare bytes:
///
/// ```swift
/// "/a/\u{301}b".split(separator: "/")      // ["/a/\u{301}b"]: "/\u{301}" is no "/"
/// "/a/\u{301}b".splitUTF8(separator: "/")  // ["a", "\u{301}b"]
/// ```
extension StringProtocol {
    @inlinable
    package func hasUTF8Prefix(_ prefix: some StringProtocol) -> Bool {
        utf8.starts(with: prefix.utf8)
    }

    @inlinable
    package func hasUTF8Suffix(_ suffix: some StringProtocol) -> Bool {
        let count = suffix.utf8.count
        return utf8.count >= count && utf8.suffix(count).elementsEqual(suffix.utf8)
    }

    /// Returns the text after `prefix`, or nil when it does not begin with it.
    @inlinable
    package func droppingUTF8Prefix(_ prefix: some StringProtocol) -> SubSequence? {
        guard hasUTF8Prefix(prefix) else { return nil }
        return self[utf8.index(startIndex, offsetBy: prefix.utf8.count)...]
    }

    /// Returns the text before `suffix`, or nil when it does not end with it.
    @inlinable
    package func droppingUTF8Suffix(_ suffix: some StringProtocol) -> SubSequence? {
        guard hasUTF8Suffix(suffix) else { return nil }
        return self[..<utf8.index(startIndex, offsetBy: utf8.count - suffix.utf8.count)]
    }

    /// Whether both have the same bytes; `==` is also true for canonically equivalent texts.
    @inlinable
    package func isUTF8Equal(to other: some StringProtocol) -> Bool {
        utf8.elementsEqual(other.utf8)
    }

    /// Returns the first position of an ASCII character.
    @inlinable
    package func firstUTF8Index(of ascii: Unicode.Scalar) -> Index? {
        utf8.firstIndex(of: UInt8(ascii: ascii))
    }

    @inlinable
    package func containsUTF8(_ text: some StringProtocol) -> Bool {
        firstUTF8Range(of: text) != nil
    }

    /// Returns the first position of `text`, which must not be empty.
    @inlinable
    package func firstUTF8Range(of text: some StringProtocol) -> Range<Index>? {
        guard let first = text.utf8.first else { return nil }
        var rest = utf8[...]
        while let start = rest.firstIndex(of: first) {
            rest = rest[start...]
            if rest.starts(with: text.utf8) {
                return start..<utf8.index(start, offsetBy: text.utf8.count)
            }
            rest = rest.dropFirst()
        }
        return nil
    }

    /// Returns the parts between the occurrences of an ASCII character.
    @inlinable
    package func splitUTF8(
        separator: Unicode.Scalar, maxSplits: Int = .max, omittingEmptySubsequences: Bool = true
    ) -> [SubSequence] {
        utf8.split(
            separator: UInt8(ascii: separator), maxSplits: maxSplits,
            omittingEmptySubsequences: omittingEmptySubsequences
        ).map { self[$0.startIndex..<$0.endIndex] }
    }

    /// Returns the text with every occurrence of `text` replaced.
    package func replacingUTF8(_ text: some StringProtocol, with other: String) -> String {
        var result = ""
        var rest = self[...]
        while let range = rest.firstUTF8Range(of: text) {
            result += rest[..<range.lowerBound]
            result += other
            rest = rest[range.upperBound...]
        }
        return result.isEmpty ? String(rest) : result + rest
    }

    /// Whether the text has only white space, judged by its scalars.
    package var isBlank: Bool { unicodeScalars.allSatisfy(\.properties.isWhitespace) }
}

extension StringProtocol where UTF8View: BidirectionalCollection {
    /// Returns the last position of an ASCII character.
    @inlinable
    package func lastUTF8Index(of ascii: Unicode.Scalar) -> Index? {
        utf8.lastIndex(of: UInt8(ascii: ascii))
    }

    /// Returns the text without the given ASCII characters at both ends.
    package func trimmingUTF8(_ characters: String = " \t") -> SubSequence {
        let isTrimmed: (UInt8) -> Bool = { characters.utf8.contains($0) }
        guard let first = utf8.firstIndex(where: { !isTrimmed($0) }),
            let last = utf8.lastIndex(where: { !isTrimmed($0) })
        else { return self[endIndex...] }
        return self[first...last]
    }
}
