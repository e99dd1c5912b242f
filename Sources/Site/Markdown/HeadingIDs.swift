/// Gives each heading of a document an id that is unique on the page.
///
/// An id is the heading's text as GitHub makes it: lower case, letters, digits, `_` and `-` of any
/// script kept, spaces turned into hyphens, everything else removed. A repeated text gets `-1`,
/// `-2`, …; a number that a heading's own text already uses is skipped, so two headings never share
/// an id. Explicit ids of the document are known beforehand and never given to another heading.
/// Footnotes use ids with a colon, which no heading can have.
struct HeadingIDs {
    /// Ids used by the document around the content.
    static let reserved: Set<String> = ["main"]
    static let longestSlug = 128

    /// The last number given after each id in use.
    private var taken: [String: Int]
    /// Explicit ids of the document that are not used yet.
    private var explicit: Set<String>

    /// - Parameter explicit: the ids that the document sets explicitly.
    init(explicit: Set<String> = []) {
        taken = [:]
        self.explicit = explicit
        for id in Self.reserved { taken[id] = 0 }
        for id in explicit { taken[id] = 0 }
    }

    /// Uses an explicit id of the document.
    ///
    /// - Returns: false when another element already has it.
    mutating func claim(_ id: String) -> Bool {
        if explicit.remove(id) != nil { return true }
        guard taken[id] == nil else { return false }
        taken[id] = 0
        return true
    }

    mutating func next(for text: some Collection<UInt8>) -> String {
        let slug = Self.slug(text)
        guard var number = taken[slug] else {
            taken[slug] = 0
            return slug
        }
        var id: String
        repeat {
            number += 1
            id = "\(slug)-\(number)"
        } while taken[id] != nil
        taken[slug] = number
        taken[id] = 0
        return id
    }

    static func slug(_ text: some Collection<UInt8>) -> String {
        var slug: [UInt8] = []
        slug.reserveCapacity(text.count)
        var hasLetter = false
        for byte in text {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                slug.append(byte)
                hasLetter = true
            case UInt8(ascii: "A")...UInt8(ascii: "Z"):
                slug.append(byte | 0x20)
                hasLetter = true
            case UInt8(ascii: "-"), UInt8(ascii: "_"):
                slug.append(byte)
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"):
                if !slug.isEmpty { slug.append(UInt8(ascii: "-")) }
            case 0x80...:
                return unicodeSlug(String(decoding: text, as: UTF8.self))
            default:
                break
            }
            if slug.count >= longestSlug { break }
        }
        guard hasLetter else { return "section" }
        return trimmed(String(decoding: slug, as: UTF8.self))
    }

    private static func unicodeSlug(_ text: String) -> String {
        var slug = ""
        var hasLetter = false
        for scalar in text.unicodeScalars {
            if scalar == " " || scalar == "\t" || scalar == "\n" {
                if !slug.isEmpty { slug.append("-") }
            } else if scalar == "-" || scalar == "_" {
                slug.unicodeScalars.append(scalar)
            } else if isKept(scalar) {
                slug += scalar.properties.lowercaseMapping
                hasLetter = true
            }
            if slug.utf8.count >= longestSlug { break }
        }
        return hasLetter ? trimmed(slug) : "section"
    }

    private static func isKept(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .letterNumber,
            .otherNumber:
            true
        default:
            false
        }
    }

    private static func trimmed(_ slug: String) -> String {
        guard slug.utf8.last == UInt8(ascii: "-") else { return slug }
        let kept = slug.utf8.reversed().drop { $0 == UInt8(ascii: "-") }
        return String(decoding: Array(kept.reversed()), as: UTF8.self)
    }
}
