/// The server in an address, parsed strictly: rejects any address that libcurl might read as
/// another server.
struct ServerAuthority: Hashable {
    /// In lower case; an IPv6 address without brackets.
    let host: String
    let port: Int
    let isEncrypted: Bool

    init?(url: String) {
        var rest = Array(url.utf8)[...]
        if rest.starts(with: "https://".utf8) {
            isEncrypted = true
            rest.removeFirst(8)
        } else if rest.starts(with: "http://".utf8) {
            isEncrypted = false
            rest.removeFirst(7)
        } else {
            return nil
        }
        let authority = rest.prefix {
            $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#")
        }
        guard let place = Self.split(authority) else { return nil }
        host = place.host
        port = place.port ?? (isEncrypted ? 443 : 80)
    }

    /// Splits `host` or `host:port`.
    private static func split(_ text: ArraySlice<UInt8>) -> (host: String, port: Int?)? {
        var name = text
        var rest: ArraySlice<UInt8> = []
        if text.first == UInt8(ascii: "[") {
            guard let end = text.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            name = text[(text.startIndex + 1)..<end]
            rest = text[(end + 1)...]
            guard name.allSatisfy({ isHexadecimal($0) || $0 == 0x3a || $0 == 0x2e }) else {
                return nil
            }
        } else {
            name = text.prefix { $0 != UInt8(ascii: ":") }
            rest = text.dropFirst(name.count)
            guard name.allSatisfy(isNameByte) else { return nil }
        }
        guard !name.isEmpty else { return nil }
        let host = String(decoding: name, as: UTF8.self).lowercased()
        guard let colon = rest.popFirst() else { return (host, nil) }
        guard colon == UInt8(ascii: ":"), (1...5).contains(rest.count),
            rest.allSatisfy({ 0x30...0x39 ~= $0 }),
            let port = UInt16(String(decoding: rest, as: UTF8.self))
        else { return nil }
        return (host, Int(port))
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte | 0x20 {
        case UInt8(ascii: "a")...UInt8(ascii: "f"): true
        default: 0x30...0x39 ~= byte
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte | 0x20 {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): true
        default: 0x30...0x39 ~= byte || byte == 0x2d || byte == 0x2e || byte == 0x5f
        }
    }

    /// Whether the host is this machine, under one of the names that cannot refer to another.
    var isLoopback: Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.utf8.split(separator: 0x2e, omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0].elementsEqual("127".utf8)
            && parts.allSatisfy {
                (1...3).contains($0.count) && $0.allSatisfy { 0x30...0x39 ~= $0 }
            }
    }

    /// Whether an entry of a host list matches: `host` matches any port, `host:port` only that one.
    func matches(_ entry: String) -> Bool {
        // An IPv6 address without a port may be written without brackets.
        if entry.lowercased() == host { return true }
        guard let place = Self.split(Array(entry.utf8)[...]) else { return false }
        return place.host == host && place.port.map { $0 == port } ?? true
    }
}
