/// The character classes and small grammars of HTTP heads (RFC 9110, section 5.6), over bytes.
enum HTTPSyntax {
    /// Whether a byte may be in a token, such as a method or a field name.
    static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "!"), UInt8(ascii: "#"),
            UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "'"),
            UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// Whether a byte may be in a field value: visible characters, space, tab, and bytes above
    /// ASCII, which old clients send.
    static func isValueByte(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7f || byte == 9 }

    static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    static func hexadecimalValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    static func lowercased(_ byte: UInt8) -> UInt8 {
        UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
    }

    /// Returns the bytes without spaces and tabs at both ends.
    static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var bytes = bytes
        while let first = bytes.first, first == 0x20 || first == 9 { bytes.removeFirst() }
        while let last = bytes.last, last == 0x20 || last == 9 { bytes.removeLast() }
        return bytes
    }

    /// Returns the members of a comma-separated list, in lower case. Empty members are omitted, as
    /// RFC 9110 requires of a recipient.
    static func listMembers(_ value: String) -> [String] {
        Array(value.utf8)[...].split(separator: UInt8(ascii: ",")).map(trimmed)
            .filter { !$0.isEmpty }
            .map { String(decoding: $0.map(lowercased), as: UTF8.self) }
    }

    /// Whether the bytes are a host with an optional port, as in a `Host` field or the authority of
    /// a URI: a name, an IPv4 address, or an IPv6 address in brackets. User information is not
    /// allowed.
    static func isAuthority(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        if rest.first == UInt8(ascii: "[") {
            guard let end = rest.firstIndex(of: UInt8(ascii: "]")) else { return false }
            let address = rest[(rest.startIndex + 1)..<end]
            guard (2...45).contains(address.count),
                address.allSatisfy({
                    hexadecimalValue($0) != nil || $0 == UInt8(ascii: ":")
                        || $0 == UInt8(ascii: ".")
                }),
                address.contains(UInt8(ascii: ":"))
            else { return false }
            rest = rest[(end + 1)...]
        } else {
            let name = rest.prefix { $0 != UInt8(ascii: ":") }
            guard (1...255).contains(name.count), isRegisteredName(name) else { return false }
            rest = rest.dropFirst(name.count)
        }
        guard let colon = rest.popFirst() else { return true }
        guard colon == UInt8(ascii: ":"), rest.count <= 5, rest.allSatisfy(isDigit) else {
            return false
        }
        return rest.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } <= 65_535
    }

    /// The `reg-name` of RFC 3986, section 3.2.2.
    private static func isRegisteredName(_ name: ArraySlice<UInt8>) -> Bool {
        var index = name.startIndex
        while index < name.endIndex {
            switch name[index] {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "!"), UInt8(ascii: "$"),
                UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "("), UInt8(ascii: ")"),
                UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: ","), UInt8(ascii: ";"),
                UInt8(ascii: "="):
                index += 1
            case UInt8(ascii: "%"):
                guard index + 2 < name.endIndex, hexadecimalValue(name[index + 1]) != nil,
                    hexadecimalValue(name[index + 2]) != nil
                else { return false }
                index += 3
            default: return false
            }
        }
        return true
    }
}
