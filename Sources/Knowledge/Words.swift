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
