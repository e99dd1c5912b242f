/// What kind of place a URL names, and whether a page that is not trusted may go there.
///
/// The URL is judged as a browser would read it after the renderer has percent-encoded it: a
/// backslash, a tab or a control character is never a way round. What is not known to be harmless
/// is forbidden.
enum LinkPolicy {
    case relative
    case http
    case https
    case mail
    case telephone
    /// Another scheme, a scheme-relative `//host`, or bytes that browsers skip.
    case forbidden

    init(_ url: [UInt8]) {
        self = url.withUnsafeBufferPointer { Self.classify($0) }
    }

    init(_ url: UnsafeBufferPointer<UInt8>) {
        self = Self.classify(url)
    }

    /// A page of the site itself, the web, or an address to write or speak to.
    var isAllowedAsLink: Bool { self != .forbidden }
    /// From the site itself, or from elsewhere over an encrypted connection.
    var isAllowedAsImage: Bool { self == .relative || self == .https }
    var isExternal: Bool { self == .http || self == .https }

    private static func classify(_ url: UnsafeBufferPointer<UInt8>) -> LinkPolicy {
        for byte in url where byte < 0x20 || byte == 0x7F { return .forbidden }
        if url.count > 1, isSlash(url[0]), isSlash(url[1]) { return .forbidden }
        scheme: for (index, byte) in url.enumerated() {
            switch byte {
            case UInt8(ascii: ":"):
                return known(scheme: url[..<index], rest: url[(index + 1)...])
            case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "\\"):
                break scheme
            default:
                continue
            }
        }
        return .relative
    }

    private static func known(
        scheme: Slice<UnsafeBufferPointer<UInt8>>, rest: Slice<UnsafeBufferPointer<UInt8>>
    ) -> LinkPolicy {
        guard scheme.count <= 6 else { return .forbidden }
        switch String(decoding: scheme.map { $0 | 0x20 }, as: UTF8.self) {
        case "https": return hasHost(rest) ? .https : .forbidden
        case "http": return hasHost(rest) ? .http : .forbidden
        case "mailto": return .mail
        case "tel": return .telephone
        default: return .forbidden
        }
    }

    private static func hasHost(_ rest: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        let slashes = UInt8(ascii: "/")
        return rest.count > 2 && rest[rest.startIndex] == slashes
            && rest[rest.startIndex + 1] == slashes && !isSlash(rest[rest.startIndex + 2])
    }

    private static func isSlash(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\")
    }
}
