/// The target of a request (RFC 9112, section 3.2), parsed from the second word of its request
/// line.
struct RequestTarget: Hashable {
    /// The path: starts with `/`, percent-decoded once, and without `.`, `..` or empty segments;
    /// `*` for the server as a whole.
    let path: String
    let query: [HTTPRequest.QueryItem]
    /// The host, with an optional port, of a target in absolute form. It overrides the `Host`
    /// field.
    let authority: String?

    /// Whether the request is for the server as a whole, as only OPTIONS can be.
    var isServer: Bool { path == "*" }

    /// - Throws: 400 for a target whose form `method` does not allow.
    init(_ target: ArraySlice<UInt8>, method: String) throws(RequestRefusal) {
        guard target.allSatisfy(Self.isTargetByte) else {
            throw RequestRefusal(
                400, "The request's target has a character that must be percent-encoded.")
        }
        if target.elementsEqual([UInt8(ascii: "*")]) {
            guard method == "OPTIONS" else {
                throw RequestRefusal(400, "Only OPTIONS may ask for the whole server.")
            }
            (path, query, authority) = ("*", [], nil)
            return
        }
        var rest = target
        if rest.first == UInt8(ascii: "/") {
            authority = nil
        } else {
            let host = try Self.takeAuthority(&rest)
            authority = String(decoding: host, as: UTF8.self)
            if rest.isEmpty, method == "OPTIONS" {
                (path, query) = ("*", [])
                return
            }
        }
        let rawPath = rest.prefix { $0 != UInt8(ascii: "?") }
        guard let path = Self.path(rawPath.isEmpty ? [UInt8(ascii: "/")] : rawPath) else {
            throw RequestRefusal(400, "The path is not UTF-8 in percent-encoding.")
        }
        guard let query = Self.query(rest.dropFirst(rawPath.count + 1)) else {
            throw RequestRefusal(400, "The query is not UTF-8 in percent-encoding.")
        }
        (self.path, self.query) = (path, query)
    }

    /// Whether a byte is visible ASCII, except for characters that browsers always encode and that
    /// other readers could take for a delimiter.
    private static func isTargetByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "#"), UInt8(ascii: "<"), UInt8(ascii: ">"): false
        default: 0x21...0x7e ~= byte
        }
    }

    /// Removes `http://host:port` from the front of a target in absolute form.
    private static func takeAuthority(
        _ rest: inout ArraySlice<UInt8>
    ) throws(RequestRefusal) -> ArraySlice<UInt8> {
        let scheme = rest.prefix { $0 != UInt8(ascii: ":") }.map(HTTPSyntax.lowercased)
        let after = rest.dropFirst(scheme.count)
        guard [Array("http".utf8), Array("https".utf8)].contains(scheme),
            after.starts(with: "://".utf8)
        else { throw RequestRefusal(400, "The request's target is no path and no web address.") }
        rest = after.dropFirst(3)
        let authority = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
        guard HTTPSyntax.isAuthority(authority) else {
            throw RequestRefusal(400, "The host in the request's target is malformed.")
        }
        rest = rest.dropFirst(authority.count)
        return authority
    }

    /// Returns the path decoded once and then normalised, in nginx's order, so that a proxy and
    /// this server see the same path.
    private static func path(_ raw: ArraySlice<UInt8>) -> String? {
        guard let bytes = PercentEncoding.decode(raw, plusIsSpace: false),
            bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7f })
        else { return nil }
        var segments: [ArraySlice<UInt8>] = []
        var isFolder = true
        for segment in bytes.dropFirst().split(
            separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        {
            isFolder = true
            switch segment {
            case _ where segment.isEmpty, [UInt8(ascii: ".")]: break
            case [UInt8(ascii: "."), UInt8(ascii: ".")]: _ = segments.popLast()
            default:
                segments.append(segment)
                isFolder = false
            }
        }
        var path: [UInt8] = []
        path.reserveCapacity(bytes.count)
        for segment in segments {
            path.append(UInt8(ascii: "/"))
            path += segment
        }
        if isFolder { path.append(UInt8(ascii: "/")) }
        return String(validating: path, as: UTF8.self)
    }

    /// - Returns: nil when a part is not UTF-8, or has an incomplete escape.
    private static func query(_ raw: ArraySlice<UInt8>) -> [HTTPRequest.QueryItem]? {
        var items: [HTTPRequest.QueryItem] = []
        for item in raw.split(separator: UInt8(ascii: "&")) {
            let name = item.prefix { $0 != UInt8(ascii: "=") }
            guard let nameText = PercentEncoding.decodeForm(name),
                let value = PercentEncoding.decodeForm(item.dropFirst(name.count + 1))
            else { return nil }
            items.append(HTTPRequest.QueryItem(name: nameText, value: value))
        }
        return items
    }
}
