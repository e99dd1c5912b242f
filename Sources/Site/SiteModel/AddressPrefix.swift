import Core

/// Checks the prefix of every address of a site: in canonical links, in the sitemap, in robots.txt.
enum AddressPrefix {
    /// Returns why `text` is not `https://` or `http://`, a host and possibly a port; nil when it
    /// is.
    ///
    /// A site is always at the root of its host: assets and links begin at the root, so an address
    /// with a path would not match them. The error does not repeat the text, which may contain a
    /// password.
    static func fault(in text: String) -> String? {
        guard text.unicodeScalars.allSatisfy({ $0.value > 0x20 && !$0.properties.isWhitespace })
        else { return "has white space or a control character" }
        guard let scheme = ["https://", "http://"].first(where: text.hasUTF8Prefix) else {
            return "does not begin with https:// or http://"
        }
        let rest = text.utf8.dropFirst(scheme.utf8.count)
        let end = rest.firstIndex { "/?#\\".utf8.contains($0) } ?? rest.endIndex
        let authority = rest[..<end]
        guard !authority.contains(UInt8(ascii: "@")) else {
            return "has a user name or a password"
        }
        let tail = rest[end...]
        guard !tail.contains(where: "?#".utf8.contains) else { return "has a query or a fragment" }
        if tail.count > 1 {
            return tail.allSatisfy { $0 == UInt8(ascii: "/") }
                ? "ends in more than one slash"
                : "has a path, but a site is served from the root of its host"
        }
        guard tail.first ?? UInt8(ascii: "/") == UInt8(ascii: "/") else { return "has a backslash" }
        return fault(inAuthority: authority)
    }

    private static func fault(inAuthority bytes: Substring.UTF8View) -> String? {
        var host = bytes
        var port: Substring.UTF8View?
        let isLiteral = bytes.first == UInt8(ascii: "[")
        // Colons inside a literal address are part of it.
        let bracket = isLiteral ? bytes.lastIndex(of: UInt8(ascii: "]")) : nil
        if let colon = bytes[(bracket ?? bytes.startIndex)...].firstIndex(of: UInt8(ascii: ":")) {
            host = bytes[..<colon]
            port = bytes[bytes.index(after: colon)...]
        }
        guard isLiteral ? isIPv6Literal(host) : isHostName(host) else {
            return bytes.allSatisfy { $0 < 0x80 }
                ? "has no valid host"
                : "has a host that is not ASCII; write it in its form with xn--"
        }
        guard let port else { return nil }
        let number = Int(String(decoding: port, as: UTF8.self)) ?? 0
        return port.allSatisfy(isDigit) && (1...65_535).contains(number)
            ? nil : "has a port that is not a number from 1 to 65535"
    }

    private static func isHostName(_ host: Substring.UTF8View) -> Bool {
        guard (1...253).contains(host.count) else { return false }
        let labels = host.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        // A host that ends in a number is an IPv4 address, not a name.
        if let last = labels.last, !last.isEmpty, last.allSatisfy(isDigit) {
            return isIPv4(labels)
        }
        let hyphen = UInt8(ascii: "-")
        return labels.allSatisfy { label in
            (1...63).contains(label.count) && label.first != hyphen && label.last != hyphen
                && label.allSatisfy { isDigit($0) || isLetter($0) || $0 == hyphen }
        }
    }

    /// - Parameter labels: the parts between the dots.
    private static func isIPv4(_ labels: [Substring.UTF8View]) -> Bool {
        labels.count == 4
            && labels.allSatisfy { label in
                label.allSatisfy(isDigit) && (1...3).contains(label.count)
                    && (label.count == 1 || label.first != UInt8(ascii: "0"))
                    && Int(String(decoding: label, as: UTF8.self)).map { $0 < 256 } ?? false
            }
    }

    private static func isIPv6Literal(_ host: Substring.UTF8View) -> Bool {
        guard host.count > 2, host.last == UInt8(ascii: "]") else { return false }
        let text = String(decoding: host.dropFirst().dropLast(), as: UTF8.self)
        guard let gap = text.firstUTF8Range(of: "::") else {
            return groups(of: text[...], endsAddress: true) == 8
        }
        let (left, right) = (text[..<gap.lowerBound], text[gap.upperBound...])
        guard let before = left.isEmpty ? 0 : groups(of: left),
            let after = right.isEmpty ? 0 : groups(of: right, endsAddress: true)
        else { return false }
        return before + after < 8
    }

    /// Returns how many groups of hexadecimal digits `text` has; nil when it has anything else.
    ///
    /// - Parameter endsAddress: whether the last two may be written as an IPv4 address.
    private static func groups(of text: Substring, endsAddress: Bool = false) -> Int? {
        var groups = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        var embedded = 0
        if endsAddress, let last = groups.last, last.contains(UInt8(ascii: ".")) {
            let dot = UInt8(ascii: ".")
            guard isIPv4(last.split(separator: dot, omittingEmptySubsequences: false)) else {
                return nil
            }
            groups.removeLast()
            embedded = 2
        }
        let areGroups = groups.allSatisfy { group in
            (1...4).contains(group.count)
                && group.allSatisfy {
                    isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0 | 0x20)
                }
        }
        return areGroups ? groups.count + embedded : nil
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
