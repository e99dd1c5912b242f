import Core

/// Takes texts apart into words.
///
/// Scalar by scalar: each question is taken apart several times, and to find the characters of a text
/// takes many times as long as to look at its scalars.
enum Words {
    /// What stands between white space.
    static func separated(_ text: some StringProtocol) -> [Substring] {
        split(text, at: isSpace)
    }

    /// What has letters alone.
    static func letters(of text: some StringProtocol) -> [Substring] {
        split(text) { !isLetter($0) }
    }

    /// The words of a part of a question: marks around them, and what an apostrophe adds, left out.
    /// What is written together with '-', '.', '@' or ':' is for the database to take apart.
    static func plain(_ text: some StringProtocol) -> [Substring] {
        split(text) { scalar in
            !(isLetter(scalar) || isInner(scalar) || scalar.properties.numericType != nil)
        }.compactMap { part in
            var part = part
            for mark in ["'", "\u{2019}"] {
                if let range = part.firstUTF8Range(of: mark), range.lowerBound > part.startIndex {
                    let rest = part[range.upperBound...]
                    // "what's" is "what"; "o'clock" and "l'adresse" are two words, the longer one counts.
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

    /// What may stand within a word.
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
        // An accent may be written behind its letter.
        return scalar.properties.isAlphabetic || scalar.properties.isDiacritic
    }
}
