import Core
import HTML

/// The target of an address on a page, resolved as a browser does.
enum LinkAddress: Hashable {
    /// A path of the site itself: percent-decoded, without dot segments, with a slash at its start.
    case site(path: String, fragment: String?)
    /// Another host, over http or https.
    case elsewhere
    /// `javascript:`, which a strict content security policy refuses.
    case script
    /// Content embedded in the address: `data:` and `blob:`.
    case embedded
    /// Mail, telephone and other addresses that another program opens.
    case other

    /// - Parameters:
    ///   - url: as written, with character references resolved.
    ///   - route: of the page, with a slash at both ends.
    ///   - host: the node's own, with its port if it has one, in lower case; nil when it has none.
    init(_ url: String, on route: String, host: String?) {
        // Browsers drop white space within an address and take a backslash for a slash.
        let bytes = url.utf8.filter { $0 >= 0x20 }.map { byte in
            byte == UInt8(ascii: "\\") ? UInt8(ascii: "/") : byte
        }
        var rest = bytes[...]
        let scheme = Self.scheme(of: bytes)
        if let scheme {
            rest = bytes[(scheme.utf8.count + 1)...]
            switch scheme {
            case "http", "https": break
            case "javascript", "vbscript":
                self = .script
                return
            case "data", "blob":
                self = .embedded
                return
            default:
                self = .other
                return
            }
        }
        let slash = UInt8(ascii: "/")
        if rest.starts(with: [slash, slash]) {
            rest = rest.dropFirst(2)
            let authority = rest.prefix { !"/?#".utf8.contains($0) }
            let name = authority.split(separator: UInt8(ascii: "@")).last ?? []
            guard let host, Self.host(name, scheme: scheme) == host else {
                self = .elsewhere
                return
            }
            rest = rest.dropFirst(authority.count)
            if rest.first != slash { rest = [slash] + rest }
        }
        var fragment: String?
        if let mark = rest.firstIndex(of: UInt8(ascii: "#")) {
            fragment = String(decoding: rest[mark...], as: UTF8.self)
            rest = rest[..<mark]
        }
        let path = rest.prefix { $0 != UInt8(ascii: "?") }
        self = .site(path: Self.resolve(path, on: route), fragment: fragment)
    }

    /// Returns the host in lower case, without the default port of the scheme.
    static func host(_ authority: ArraySlice<UInt8>, scheme: String?) -> String {
        let text = String(decoding: authority, as: UTF8.self).lowercased()
        return text.droppingUTF8Suffix(scheme?.lowercased() == "http" ? ":80" : ":443").map(
            String.init) ?? text
    }

    private static func scheme(of url: [UInt8]) -> String? {
        for (index, byte) in url.enumerated() {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
                continue
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
                UInt8(ascii: "."):
                guard index > 0 else { return nil }
            case UInt8(ascii: ":"):
                guard index > 0 else { return nil }
                return String(decoding: url[..<index], as: UTF8.self).lowercased()
            default: return nil
            }
        }
        return nil
    }

    /// Resolves a path as in RFC 3986, section 5.2: an empty path is the page itself, a relative
    /// one starts at its folder.
    private static func resolve(_ path: ArraySlice<UInt8>, on route: String) -> String {
        guard !path.isEmpty else { return route }
        let slash = UInt8(ascii: "/")
        let whole = path.first == slash ? path : ArraySlice(Array(route.utf8)) + path
        var segments: [String] = []
        let parts = whole.dropFirst().split(separator: slash, omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            let text = String(decoding: part, as: UTF8.self)
            let segment = PercentDecoding.decoded(text) ?? text
            let isLast = index == parts.count - 1
            switch segment {
            case ".": if isLast { segments.append("") }
            case "..":
                _ = segments.popLast()
                if isLast { segments.append("") }
            default: segments.append(segment)
            }
        }
        return "/" + segments.joined(separator: "/")
    }
}
