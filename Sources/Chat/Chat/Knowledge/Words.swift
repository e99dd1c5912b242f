import Core

/// Splits texts into words.
///
/// Works on Unicode scalars: each question is split several times, and finding the characters of a
/// text takes many times as long as reading its scalars.
enum Words {
    /// Splits at white space.
    static func separated(_ text: some StringProtocol) -> [Substring] {
        split(text, at: isSpace)
    }

    /// Returns runs of letters.
    static func letters(of text: some StringProtocol) -> [Substring] {
        split(text) { !isLetter($0) }
    }

    /// Returns the words of a part of a question, without surrounding marks and suffixes after an
    /// apostrophe. The database splits words joined by '-', '.', '@' or ':'.
    static func plain(_ text: some StringProtocol) -> [Substring] {
        split(text) { scalar in
            !(isLetter(scalar) || isInner(scalar) || scalar.properties.numericType != nil)
        }.compactMap { part in
            var part = part
            for mark in ["'", "\u{2019}"] {
                if let range = part.firstUTF8Range(of: mark), range.lowerBound > part.startIndex {
                    let rest = part[range.upperBound...]
                    // "what's" is "what". "o'clock" and "l'adresse" are two words, and the longer
                    // one is kept.
                    part =
                        rest.utf8.count > 2
                            && rest.utf8.count > part[..<range.lowerBound].utf8.count
                        ? rest : part[..<range.lowerBound]
                }
            }
            while let first = part.unicodeScalars.first, isInner(first) { part = part.dropFirst() }
            while let last = part.unicodeScalars.last, isInner(last) { part = part.dropLast() }
            return part.isEmpty ? nil : part
        }
    }

    /// Whether a scalar may stand within a word.
    private static func isInner(_ scalar: Unicode.Scalar) -> Bool {
        "-'.@_:\u{2019}".unicodeScalars.contains(scalar)
    }

    private static func split(
        _ text: some StringProtocol, at isBoundary: (Unicode.Scalar) -> Bool
    ) -> [Substring] {
        Substring(text).unicodeScalars.split(whereSeparator: isBoundary).map(Substring.init)
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII
            ? scalar == " " || 0x09...0x0d ~= scalar.value : scalar.properties.isWhitespace
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            return 0x61...0x7a ~= scalar.value || 0x41...0x5a ~= scalar.value
        }
        // An accent may follow its letter as a separate scalar.
        return scalar.properties.isAlphabetic || scalar.properties.isDiacritic
    }
}
