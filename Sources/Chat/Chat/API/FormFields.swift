import Core

/// The fields of a form, as a browser without JavaScript sends them.
struct FormFields {
    private let fields: [(name: String, value: String)]

    /// - Parameter body: `application/x-www-form-urlencoded`; invalid UTF-8 is replaced.
    init(_ body: [UInt8]) {
        fields = body.split(separator: UInt8(ascii: "&")).map { pair in
            let parts = pair.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            return (Self.decode(parts[0]), parts.count > 1 ? Self.decode(parts[1]) : "")
        }
    }

    /// The non-empty fields in the form that the API takes. Browsers send a line break as two
    /// characters.
    var object: RequestObject {
        var members: [String: JSONValue] = [:]
        for field in fields where !field.value.isEmpty {
            members[field.name] = .string(field.value.replacingUTF8("\r\n", with: "\n"))
        }
        return RequestObject(members)
    }

    private static func decode(_ bytes: ArraySlice<UInt8>) -> String {
        var decoded: [UInt8] = []
        var index = bytes.startIndex
        while index < bytes.endIndex {
            switch bytes[index] {
            case UInt8(ascii: "+"): decoded.append(0x20)
            case UInt8(ascii: "%")
            where index + 2 < bytes.endIndex:
                let digits = String(decoding: bytes[(index + 1)...(index + 2)], as: UTF8.self)
                if let byte = UInt8(digits, radix: 16), !digits.hasUTF8Prefix("+") {
                    decoded.append(byte)
                    index += 2
                } else {
                    decoded.append(bytes[index])
                }
            default: decoded.append(bytes[index])
            }
            index += 1
        }
        return String(decoding: decoded, as: UTF8.self)
    }
}
