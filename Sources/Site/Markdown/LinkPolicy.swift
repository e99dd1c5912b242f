/// The kind of a URL's address, which determines whether an untrusted page may use it.
///
/// The URL is checked as a browser reads it after the renderer has percent-encoded it, so a
/// backslash, a tab or a control character does not get around the check. Everything that is not
/// known to be harmless is forbidden.
enum LinkPolicy {
    case relative
    case http
    case https
    /// `//host`: the scheme of the page itself, assumed to be https.
    case schemeRelative
    /// An image embedded in the address itself.
    case dataImage
    /// Opened by another program: mail, telephone, chat, maps.
    case handler
    /// Another scheme, or bytes that browsers skip.
    case forbidden

    init(_ url: [UInt8]) {
        self = url.withUnsafeBufferPointer { Self.classify($0) }
    }

    init(_ url: UnsafeBufferPointer<UInt8>) {
        self = Self.classify(url)
    }

    /// Allows pages of the site itself, pages of the web, and addresses that another program opens.
    var isAllowedAsLink: Bool { self != .forbidden && self != .dataImage }
    /// Allows images of the site itself, images over https, and images embedded in the page.
    var isAllowedAsImage: Bool {
        self == .relative || self == .https || self == .schemeRelative || self == .dataImage
    }
    var isExternal: Bool { self == .http || self == .https || self == .schemeRelative }
    /// The prefix that gives the address the same meaning however the page is opened.
    var prefix: StaticString { self == .schemeRelative ? "https:" : "" }

    /// The schemes that the HTML standard allows any site to pass to other programs, and WhatsApp's.
    /// `ssh` is left out, because its addresses can carry options to the program.
    private static let handlers: Set<String> = [
        "bitcoin", "ftp", "ftps", "geo", "im", "irc", "ircs", "magnet", "mailto", "matrix", "mms",
        "news", "nntp", "openpgp4fpr", "sftp", "sip", "sms", "smsto", "tel", "urn", "webcal",
        "whatsapp", "wtai", "xmpp",
    ]
    /// Images that a browser shows and that cannot run code; SVG runs no script as an image.
    private static let dataImages: [StaticString] = [
        "image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/svg+xml",
    ]

    private static func classify(_ url: UnsafeBufferPointer<UInt8>) -> LinkPolicy {
        for byte in url where byte < 0x20 || byte == 0x7F { return .forbidden }
        if url.count > 1, isSlash(url[0]), isSlash(url[1]) {
            let slash = UInt8(ascii: "/")
            let hasHost = url.count > 2 && !isSlash(url[2])
            return url[0] == slash && url[1] == slash && hasHost ? .schemeRelative : .forbidden
        }
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
        guard scheme.count <= 12 else { return .forbidden }
        let name = String(decoding: scheme.map(lowercase), as: UTF8.self)
        switch name {
        case "https": return hasHost(rest) ? .https : .forbidden
        case "http": return hasHost(rest) ? .http : .forbidden
        case "data": return isImage(rest) ? .dataImage : .forbidden
        default: return handlers.contains(name) ? .handler : .forbidden
        }
    }

    private static func isImage(_ rest: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        dataImages.contains { type in
            guard rest.count > type.utf8CodeUnitCount else { return false }
            for offset in 0..<type.utf8CodeUnitCount
            where lowercase(rest[rest.startIndex + offset]) != type.utf8Start[offset] {
                return false
            }
            let next = rest[rest.startIndex + type.utf8CodeUnitCount]
            return next == UInt8(ascii: ";") || next == UInt8(ascii: ",")
        }
    }

    private static func lowercase(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
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
