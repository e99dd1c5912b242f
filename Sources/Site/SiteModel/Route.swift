public import Core

/// The checked address of a page, such as `/work/dashboard/`: always ends in a slash.
///
/// A `Route` value is safe as a folder path below the site's root; the rest of the system relies on
/// that and does not check again.
public struct Route: Hashable, Sendable {
    /// With a slash at both ends.
    public let text: String

    /// First segments that the web server uses for other purposes.
    public static let reserved: Set<String> = ["assets", "api", "v1", "ws"]

    public init(_ raw: String, page: String) throws(Diagnostic) {
        func bad(_ reason: String, hint: String? = nil) -> Diagnostic {
            Diagnostic(
                .badRoute, "the route '\(raw)' \(reason)",
                at: .init(page: page, field: "page_route"), hint: hint)
        }
        guard raw.hasUTF8Prefix("/") else { throw bad("does not begin with '/'") }
        guard raw.utf8.count <= 1024 else { throw bad("is longer than 1024 bytes") }
        for scalar in raw.unicodeScalars where !Self.isPlain(scalar) {
            switch scalar {
            case "\\": throw bad("has a backslash", hint: "separate segments with '/'")
            case "%":
                throw bad("has a percent sign", hint: "write the character itself, not its escape")
            case "?", "#": throw bad("has a '\(scalar)', which would end the path")
            case "\"", "'", "<", ">", "`", "|", "*", ":", ";", "{", "}", "$", "^":
                throw bad("has a '\(scalar)', which is not allowed in a path")
            default:
                let properties = scalar.properties
                let isInvisible =
                    properties.generalCategory == .control
                    || properties.generalCategory == .format
                    || properties.generalCategory == .lineSeparator
                    || properties.generalCategory == .paragraphSeparator
                    || properties.generalCategory == .surrogate
                    || properties.generalCategory == .unassigned
                if isInvisible || properties.isWhitespace {
                    throw bad("has white space or an invisible character")
                }
            }
        }
        guard raw.isComposed else {
            throw bad(
                "is not in Unicode's composed form (NFC), in which browsers ask for it",
                hint: "UPDATE robbieblocks_pages SET page_route = normalize(page_route) "
                    + "WHERE page_key = '\(page.replacingUTF8("'", with: "''"))'")
        }
        let segments = raw.splitUTF8(separator: "/", omittingEmptySubsequences: false)
            .dropFirst().dropLast(raw.hasUTF8Suffix("/") ? 1 : 0)
        for segment in segments {
            if segment.isEmpty { throw bad("has an empty segment ('//')") }
            if segment == ".." || segment == "." {
                throw bad("climbs out of the site ('\(segment)')")
            }
            if segment.unicodeScalars.first?.isMark == true {
                throw bad(
                    "has a combining mark after a '/', which would be shown as part of the slash")
            }
            if segment.hasUTF8Prefix(".") { throw bad("has a hidden segment ('\(segment)')") }
            if Self.isFile("index.html", segment) {
                throw bad("has the segment '\(segment)', the name of a page's own file")
            }
            if segment.utf8.count > 200 { throw bad("has a segment of over 200 bytes") }
        }
        if let first = segments.first, Self.reserved.contains(first.lowercased()) {
            throw bad("begins with '/\(first)/', which the server reserves")
        }
        if let first = segments.first, Self.rootFiles.contains(where: { Self.isFile($0, first) }) {
            throw bad("begins with '/\(first)', which is a file of every site")
        }
        text = raw.hasUTF8Suffix("/") ? raw : raw + "/"
    }

    /// Files at the root of a site; no folder may have one of these names.
    private static let rootFiles = ["404.html", "robots.txt", "sitemap.xml"]

    /// Whether `segment` would be the file `name` or one of its compressed forms.
    private static func isFile(_ name: String, _ segment: Substring) -> Bool {
        [name, name + ".gz", name + ".br"].contains(segment.lowercased())
    }

    /// Letters, digits and other characters that need no check: nearly every character of nearly
    /// every route.
    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "/", "-", "_", ".": true
        default: false
        }
    }

    /// Equal for routes that a file system, a browser or a person may take for the same: case is
    /// folded.
    public var collisionKey: String { text.lowercased() }

    /// The folder of the page below the site's root, without slashes at its ends; "" is the root.
    public var folder: String { String(Substring(text.utf8.dropFirst().dropLast())) }

    /// The file that a server sends for this route.
    public var file: String { folder.isEmpty ? "index.html" : folder + "/index.html" }

    /// The route as an address: characters that are not ASCII are percent-encoded.
    public var percentEncoded: String {
        guard text.utf8.contains(where: { $0 >= 0x80 }) else { return text }
        return text.utf8.reduce(into: "") { address, byte in
            if byte < 0x80 {
                address.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                address += "%" + String(byte, radix: 16, uppercase: true)
            }
        }
    }
}
