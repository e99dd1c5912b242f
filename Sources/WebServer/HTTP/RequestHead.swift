/// Where the head of a request ends.
enum RequestHead {
    private static let end: [UInt8] = [13, 10, 13, 10]

    /// The place behind the empty line; nil when it has not come.
    ///
    /// - Parameter start: up to where was looked before.
    static func end(in bytes: [UInt8], from start: Int) -> Int? {
        var index = max(start, end.count) - 1
        while index < bytes.count {
            if bytes[index] == 10, bytes[index - 1] == 13, bytes[index - 2] == 10,
                bytes[index - 3] == 13
            {
                return index + 1
            }
            index += 1
        }
        return nil
    }

    /// Whether no other reader could see its lines end elsewhere: each ends with CR LF, none continues
    /// the one before, and no control character is in between.
    static func isPlain(_ head: ArraySlice<UInt8>) -> Bool {
        var previous: UInt8 = 0
        for byte in head {
            switch byte {
            case 10: if previous != 13 { return false }
            case _ where previous == 13: return false
            case 13: break
            case 9, 0x20: if previous == 10 { return false }
            case ..<0x20, 0x7f: return false
            default: break
            }
            previous = byte
        }
        return true
    }

    /// Whether the path holds no control character in its escaped form, which libwebsockets would take
    /// for the end of the line it stands in.
    static func hasPlainPath(_ head: ArraySlice<UInt8>) -> Bool {
        let line = head.prefix { $0 != 13 && $0 != UInt8(ascii: "?") }
        var index = line.startIndex
        while let escape = line[index...].firstIndex(of: UInt8(ascii: "%")) {
            let digits = line[escape...].dropFirst().prefix(2)
            let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            if let value, value < 0x20 || value == 0x7f { return false }
            index = escape + 1
        }
        return true
    }
}
