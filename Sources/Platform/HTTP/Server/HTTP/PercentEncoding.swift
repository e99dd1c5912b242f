/// Encodes and decodes text as part of a URL.
enum PercentEncoding {
    /// Keeps letters, digits and `-._~`, and writes every other byte as `%XX`.
    static func encode(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                encoded.unicodeScalars.append(UnicodeScalar(byte))
            default:
                encoded += "%"
                encoded.append(digits[Int(byte >> 4)])
                encoded.append(digits[Int(byte & 15)])
            }
        }
        return encoded
    }

    /// Decodes a part of a query, where a plus sign stands for a space.
    ///
    /// - Returns: nil when an escape is incomplete, or the bytes are not UTF-8.
    static func decodeForm(_ text: ArraySlice<UInt8>) -> String? {
        decode(text, plusIsSpace: true).flatMap { String(validating: $0, as: UTF8.self) }
    }

    /// - Returns: nil when an escape is incomplete.
    static func decode(_ text: ArraySlice<UInt8>, plusIsSpace: Bool) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            switch text[index] {
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(0x20)
            case UInt8(ascii: "%"):
                guard index + 2 < text.endIndex,
                    let high = HTTPSyntax.hexadecimalValue(text[index + 1]),
                    let low = HTTPSyntax.hexadecimalValue(text[index + 2])
                else { return nil }
                bytes.append(high << 4 | low)
                index += 2
            default: bytes.append(text[index])
            }
            index += 1
        }
        return bytes
    }
}
