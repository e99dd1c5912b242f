extension StringProtocol {
    /// Whether the text can be a file name, a path segment of a URL and a word of a configuration
    /// file without quoting: ASCII letters, digits, `-`, `_` and `.`, beginning with a letter or a
    /// digit, at most 100 characters.
    ///
    /// Component keys and node ids must be such names.
    package var isPlainName: Bool {
        guard let first = utf8.first, first.isAlphanumeric, utf8.count <= 100 else { return false }
        return utf8.allSatisfy { byte in
            byte.isAlphanumeric || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
                || byte == UInt8(ascii: ".")
        }
    }
}

extension UInt8 {
    /// Whether the byte is an ASCII letter or digit.
    fileprivate var isAlphanumeric: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
