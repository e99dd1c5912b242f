/// Escape sequences.
extension JSONScanner {
    /// Reads four hexadecimal digits.
    func unit(at start: Int) -> UInt32? {
        var value: UInt32 = 0
        for byte in bytes[start..<(start + 4)] {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(byte - 0x30)
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt32(byte - 0x57)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt32(byte - 0x37)
            default: return nil
            }
        }
        return value
    }

    /// Appends a string whose escapes were checked. An unpaired surrogate becomes U+FFFD.
    ///
    /// - Returns: the position of the first unpaired surrogate; nil when there is none.
    @discardableResult
    func decode(_ range: Range<Int>, into target: inout [UInt8]) -> Int? {
        var firstHalf: Int?
        var index = range.lowerBound
        while index < range.upperBound {
            guard bytes[index] == UInt8(ascii: "\\") else {
                target.append(bytes[index])
                index += 1
                continue
            }
            switch bytes[index + 1] {
            case UInt8(ascii: "b"): target.append(0x08)
            case UInt8(ascii: "f"): target.append(0x0c)
            case UInt8(ascii: "n"): target.append(0x0a)
            case UInt8(ascii: "r"): target.append(0x0d)
            case UInt8(ascii: "t"): target.append(0x09)
            case UInt8(ascii: "u"):
                let start = index
                var scalar = unit(at: index + 2) ?? 0xfffd
                index += 6
                if 0xd800..<0xdc00 ~= scalar, index + 6 <= range.upperBound,
                    bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u"),
                    let low = unit(at: index + 2), 0xdc00..<0xe000 ~= low
                {
                    scalar = 0x10000 + (scalar - 0xd800) << 10 + (low - 0xdc00)
                    index += 6
                }
                let character = Unicode.Scalar(scalar) ?? "\u{fffd}"
                if 0xd800..<0xe000 ~= scalar, firstHalf == nil { firstHalf = start }
                target.append(
                    contentsOf: UTF8.encode(character) ?? UTF8.encodedReplacementCharacter)
                continue
            default: target.append(bytes[index + 1])
            }
            index += 2
        }
        return firstHalf
    }

    /// Returns a string as it was sent; an unpaired surrogate, which `text(of:)` would replace, is
    /// an error.
    func exactText(of text: Text) throws(JSONFault) -> String {
        guard text.hasEscapes else { return try exactText(bytes[text.range]) }
        var decoded: [UInt8] = []
        if let half = decode(text.range, into: &decoded) { throw .syntax(offset: half) }
        return try exactText(decoded[...])
    }

    private func exactText(_ bytes: ArraySlice<UInt8>) throws(JSONFault) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
        return text
    }

    mutating func exactString() throws(JSONFault) -> String { try exactText(of: text()) }
}
