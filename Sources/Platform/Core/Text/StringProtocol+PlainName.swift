extension StringProtocol {
    /// Whether the text can be the name of a file, a part of an address and a word of a configuration
    /// without any quoting: letters, digits, `-`, `_` and `.` of ASCII, a letter or a digit first, at
    /// most 100.
    ///
    /// Keys of components and ids of nodes are such names.
    package var isPlainName: Bool {
        guard let first = utf8.first, first.isAlphanumeric, utf8.count <= 100 else { return false }
        return utf8.allSatisfy { byte in
            byte.isAlphanumeric || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
                || byte == UInt8(ascii: ".")
        }
    }
}

extension UInt8 {
    /// Whether it is a letter or a digit of ASCII.
    fileprivate var isAlphanumeric: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
