import Core

/// The key under which a client's requests are counted: an IPv4 address, or the first 64 bits of an
/// IPv6 address. A provider assigns those to one customer, who chooses the other 64.
enum ClientAddress {
    /// - Parameters:
    ///   - peer: numeric address of the connection's other end.
    ///   - forwarded: `X-Real-IP`, trusted only when our own proxy on this machine connected.
    static func key(peer: String, forwarded: String?) -> String {
        if isLoopback(peer), let forwarded, !forwarded.isEmpty { return key(of: forwarded) }
        return key(of: peer)
    }

    static func isLoopback(_ address: String) -> Bool {
        let key = key(of: address)
        return key.hasUTF8Prefix("127.") || address == "::1"
    }

    /// `192.0.2.1`, `2001:db8:0:7::/64`; all invalid addresses count as one caller.
    static func key(of address: String) -> String {
        if isIPv4(address[...]) { return address }
        guard let groups = groups(of: address) else { return "unknown" }
        // An IPv4-mapped IPv6 address.
        if groups[0..<5].allSatisfy({ $0 == 0 }), groups[5] == 0xffff {
            return [groups[6] >> 8, groups[6] & 255, groups[7] >> 8, groups[7] & 255]
                .map { String($0) }.joined(separator: ".")
        }
        return groups[0..<4].map { String($0, radix: 16) }.joined(separator: ":") + "::/64"
    }

    private static func isIPv4(_ text: Substring) -> Bool {
        let parts = text.splitUTF8(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy {
                (1...3).contains($0.utf8.count)
                    && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } && UInt8($0) != nil
            }
    }

    /// Returns the eight groups of an IPv6 address; nil when the text is not one.
    private static func groups(of address: String) -> [UInt16]? {
        var text = address.splitUTF8(separator: "%", omittingEmptySubsequences: false)[0]
        guard text.utf8.count <= 45 else { return nil }
        if let colon = text.lastUTF8Index(of: ":"), isIPv4(text[text.utf8.index(after: colon)...]) {
            let bytes = text[text.utf8.index(after: colon)...].splitUTF8(separator: ".")
                .compactMap { UInt16($0) }
            let pair = [bytes[0] << 8 | bytes[1], bytes[2] << 8 | bytes[3]]
                .map { String($0, radix: 16) }.joined(separator: ":")
            text = text[...colon] + pair
        }
        var found: [UInt16] = []
        var gap: Int?
        var rest = text
        if let after = rest.droppingUTF8Prefix("::") {
            gap = 0
            rest = after
        }
        while !rest.isEmpty {
            let digits = rest[..<(rest.firstUTF8Index(of: ":") ?? rest.endIndex)]
            guard (1...4).contains(digits.utf8.count), let group = UInt16(digits, radix: 16) else {
                return nil
            }
            found.append(group)
            rest = rest[digits.endIndex...]
            if let after = rest.droppingUTF8Prefix("::") {
                guard gap == nil else { return nil }
                gap = found.count
                rest = after
            } else if let after = rest.droppingUTF8Prefix(":") {
                rest = after
                guard !rest.isEmpty else { return nil }
            }
        }
        guard let gap else { return found.count == 8 ? found : nil }
        guard found.count < 8 else { return nil }
        let zeros = [UInt16](repeating: 0, count: 8 - found.count)
        return found[..<gap] + zeros + found[gap...]
    }
}
