/// Base64 with padding (RFC 4648, section 4).
enum Base64 {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits =
                group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(24 - 8 * group.count)
            for index in 0..<4 {
                text.append(
                    index <= group.count
                        ? alphabet[Int(bits >> UInt32(18 - 6 * index) & 63)] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Whether `text` encodes exactly `count` bytes.
    static func isSpelled(_ text: String, count: Int) -> Bool {
        let padding = (3 - count % 3) % 3
        let bytes = Array(text.utf8)
        return bytes.count == (count + 2) / 3 * 4
            && bytes.dropLast(padding).allSatisfy(alphabet.contains)
            && bytes.suffix(padding).allSatisfy { $0 == UInt8(ascii: "=") }
    }
}
