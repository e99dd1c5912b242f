/// Which attributes an element of a document that is not trusted may have, and with which values.
enum AllowList {
    enum Attribute {
        /// An id that the renderer itself gave to a footnote.
        case footnoteID
        case url(StaticString)
        case imageSource
        case text(StaticString)
        case flag(StaticString)
        case number(StaticString, ClosedRange<Int>)
        /// A number, or a percentage.
        case length(StaticString)
        case keyword(StaticString, [String])
        case language(StaticString)
        case dateTime
        /// `language-…`
        case codeClass
        case footnotesClass
    }

    /// Elements dropped with their contents, which browsers do not read as markup.
    static let rawText: Set<String> = [
        "iframe", "noembed", "noframes", "noscript", "script", "style", "textarea", "title", "xmp",
    ]
    /// Elements dropped with everything inside.
    static let dropped: Set<String> = [
        "applet", "audio", "canvas", "datalist", "frameset", "math", "object", "select", "svg",
        "template", "video",
    ]

    private static let alignment = ["left", "right", "center", "justify"]
    private static let common: [Attribute] = [
        .text("title"), .language("lang"), .keyword("dir", ["ltr", "rtl", "auto"]),
    ]
    private static let byTag: [Tag: [Attribute]] = [
        .a: [.footnoteID, .url("href")],
        .blockquote: [.url("cite")],
        .code: [.codeClass],
        .col: [.number("span", 1...100)],
        .colgroup: [.number("span", 1...100)],
        .del: [.url("cite"), .dateTime],
        .details: [.flag("open")],
        .img: [.imageSource, .text("alt"), .length("width"), .length("height")],
        .ins: [.url("cite"), .dateTime],
        .li: [.footnoteID, .number("value", -999_999...999_999)],
        .ol: [.number("start", -999_999_999...999_999_999), .flag("reversed")],
        .q: [.url("cite")],
        .section: [.footnotesClass],
        .td: [.number("colspan", 1...100), .number("rowspan", 1...1000)],
        .th: [
            .number("colspan", 1...100), .number("rowspan", 1...1000),
            .keyword("scope", ["row", "col", "rowgroup", "colgroup"]),
        ],
        .time: [.dateTime],
    ]

    private static let byEveryTag = Dictionary(
        uniqueKeysWithValues: Tag.allCases.map { tag in
            var allowed = byTag[tag] ?? []
            switch tag {
            case .td, .th, .tr, .p, .div, .img, .h1, .h2, .h3, .h4, .h5, .h6, .table, .caption:
                allowed.append(.keyword("align", alignment))
            default:
                break
            }
            return (tag, allowed + common)
        })

    static func attributes(of tag: Tag) -> [Attribute] { byEveryTag[tag] ?? [] }

    /// Whether a code block's language may become a class.
    static func isLanguage(_ name: some Collection<UInt8>) -> Bool {
        guard !name.isEmpty, name.count <= 40 else { return false }
        return name.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: "+"), UInt8(ascii: "#"), UInt8(ascii: "."):
                true
            default:
                false
            }
        }
    }

    static func isLanguageTag(_ name: some Collection<UInt8>) -> Bool {
        name.count <= 35 && isLanguage(name)
            && name.allSatisfy { $0 | 0x20 >= UInt8(ascii: "a") || $0 < UInt8(ascii: ":") }
            && !name.contains { $0 == UInt8(ascii: "#") || $0 == UInt8(ascii: "+") }
    }

    static func isDateTime(_ value: some Collection<UInt8>) -> Bool {
        !value.isEmpty && value.count <= 40
            && value.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: ":"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: " "):
                    true
                default:
                    false
                }
            }
    }
}
