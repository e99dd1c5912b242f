public import Core

/// The keys of a page's `metadata` that the program reads, except those already in the row without
/// its body.
public struct PageMetadata: Sendable {
    /// `metadata.image`: the image that other sites show with a link to the page.
    public private(set) var image: String?
    /// `metadata.document_title`: the complete text of the page's `<title>`.
    public private(set) var documentTitle: String?
    /// The language of pages that do not set one.
    public static let defaultLanguage = "en"
    /// `metadata.language`: the language of the page; English when nil.
    public private(set) var language: String?
    /// `metadata.frame`: whether the page has the blocks of the frame.
    public private(set) var takesFrame = true

    /// Reads the text of a JSON object.
    ///
    /// - Returns: the metadata, with one diagnostic for each key with an invalid value.
    public static func read(
        _ text: String, ofPage page: String
    ) -> (metadata: PageMetadata, faults: [Diagnostic]) {
        var metadata = PageMetadata()
        // Parsed only for pages that have one of the keys: PostgreSQL writes the names without
        // escapes.
        guard text.utf8.count > 2, quotedKeys.contains(where: text.containsUTF8) else {
            return (metadata, [])
        }
        let location = Diagnostic.Location(page: page, field: "metadata")
        guard let value = try? JSONValue(parsing: text) else {
            let fault = Diagnostic(
                .badMetadata, "the JSON cannot be parsed", at: location,
                hint: "look for a number that is too large, or for very deep nesting")
            return (metadata, [fault])
        }
        metadata.image = value["image"]?.string
        metadata.documentTitle = value["document_title"]?.string
        metadata.language = value["language"]?.string
        metadata.takesFrame = value["frame"]?.bool ?? true
        return (metadata, MetadataKey.faults(in: value, keys: keys, at: location))
    }

    /// The database reads `menu`, `menu_order`, `trusted` and `noindex`.
    private static let keys = [
        MetadataKey(
            "menu", hint: "it is a label, such as \"About us\", or true for the page's name"
        ) {
            $0.string.map { !$0.isBlank } ?? ($0.bool != nil)
        },
        MetadataKey("menu_order", hint: "it is a number, such as 10, without quotes") {
            $0.number != nil
        },
        MetadataKey("trusted", hint: "it is true or false, without quotes") { $0.bool != nil },
        MetadataKey("noindex", hint: "it is true or false, without quotes") { $0.bool != nil },
        MetadataKey("frame", hint: "it is true or false, without quotes") { $0.bool != nil },
        MetadataKey("language", hint: "it is a language tag, such as \"en\" or \"de-CH\"") {
            $0.string.map(isLanguageTag) ?? false
        },
        MetadataKey(
            "document_title",
            hint: "it is the whole title, such as \"Prices in the United Kingdom\""
        ) { $0.string.map { !$0.isBlank } ?? false },
        MetadataKey(
            "image",
            hint:
                "it is the address of a picture: '/' and a path, or 'https://', a host and a path, "
                + "without white space, backslash or user name"
        ) { $0.string.map(isAddress) ?? false },
    ]
    /// The names of the keys that have a meaning.
    static let names = keys.map(\.name)
    private static let quotedKeys = keys.map { "\"\($0.name)\"" }

    /// Whether the parts of a text have the lengths that RFC 5646 requires.
    private static func isLanguageTag(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard text.utf8.count <= 35, let language = parts.first,
            language.count >= 2 || ["i", "x"].contains(text.lowercased().prefix(1)),
            language.allSatisfy(isLetter)
        else { return false }
        return parts.allSatisfy { part in
            (1...8).contains(part.count) && part.allSatisfy { isLetter($0) || isDigit($0) }
        }
    }

    /// Whether a text is an address. Browsers read a backslash as a slash, and `//host` as another
    /// site.
    private static func isAddress(_ text: String) -> Bool {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }) else {
            return false
        }
        if text.hasUTF8Prefix("/") { return !text.hasUTF8Prefix("//") }
        guard let scheme = ["https://", "http://"].first(where: text.hasUTF8Prefix) else {
            return false
        }
        let authority = text.utf8.dropFirst(scheme.utf8.count).prefix { !"/?#".utf8.contains($0) }
        return isHost(Array(authority))
    }

    /// Whether browsers accept a host, possibly with a port: they also accept names outside ASCII, with
    /// an underscore, or with a dot at the end.
    private static func isHost(_ authority: [UInt8]) -> Bool {
        let isLiteral = authority.first == UInt8(ascii: "[")
        let bracket = isLiteral ? authority.lastIndex(of: UInt8(ascii: "]")) : nil
        if isLiteral, bracket == nil { return false }
        var host = authority
        if let colon = authority[(bracket ?? 0)...].firstIndex(of: UInt8(ascii: ":")) {
            let port = authority[(colon + 1)...]
            guard port.count <= 5, port.allSatisfy(isDigit),
                port.isEmpty || (Int(String(decoding: port, as: UTF8.self)) ?? 0) <= 65_535
            else { return false }
            host = Array(authority[..<colon])
        }
        if isLiteral {
            return AddressPrefix.fault(in: "https://" + String(decoding: host, as: UTF8.self))
                == nil
        }
        return !host.isEmpty && !host.contains(where: "@<>^|[]".utf8.contains)
            && !String(decoding: host, as: UTF8.self).unicodeScalars.contains {
                $0.properties.isWhitespace
            }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
