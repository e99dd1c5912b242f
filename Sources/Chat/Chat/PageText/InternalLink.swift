import Core

/// Recognises links to pages of the same site.
enum InternalLink {
    /// Maximum bytes of a route. Links are stored by route and label, and PostgreSQL rejects an
    /// index row of more than about 2,700 bytes.
    private static let mostBytes = 500

    /// Returns the route of a link, such as `/prices/`; nil for a link to a file, to another site,
    /// or to a place on the same page, and for one that is too long to be stored.
    static func route(of link: String) -> String? {
        let path = String(link.unicodeScalars.prefix { $0 != "#" && $0 != "?" })
        guard path.hasUTF8Prefix("/"), !path.hasUTF8Prefix("//"),
            path.utf8.count < mostBytes
        else { return nil }
        if path.hasUTF8Suffix("/") { return path }
        let name = path.splitUTF8(separator: "/").last ?? ""
        return name.utf8.contains(UInt8(ascii: ".")) ? nil : path + "/"
    }
}
