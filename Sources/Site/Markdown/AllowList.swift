/// The attributes that elements of an untrusted document may have, and their allowed values.
enum AllowList {
    enum Attribute {
        /// A valid id that no other element has.
        case id
        /// The obsolete `align`, which becomes a style.
        case alignment(Alignment)
        /// A `style` that contains `text-align:right` or the like and nothing else.
        case alignmentStyle
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
        /// The name of a highlighted language.
        case codeTitle
        /// A part of highlighted code.
        case partClass
        case footnotesClass
    }

    /// What `align` means for an element.
    enum Alignment {
        case text, float, table

        /// Returns the style for a value in lower case; nil for a value without a meaning.
        func declaration(for value: String) -> String? {
            switch (self, value) {
            case (.text, "left"), (.text, "right"), (.text, "center"), (.text, "justify"):
                "text-align:\(value)"
            case (.float, "left"), (.float, "right"), (.table, "left"), (.table, "right"):
                "float:\(value)"
            case (.table, "center"): "margin-inline:auto"
            default: nil
            }
        }
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

    /// Attributes of an image that the renderer writes itself, whatever the source says.
    static let ownImageAttributes: [StaticString] = ["loading", "decoding"]

    private static let common: [Attribute] = [
        .text("title"), .language("lang"), .keyword("dir", ["ltr", "rtl", "auto"]),
    ]
    private static let byTag: [Tag: [Attribute]] = [
        .a: [.url("href")],
        .blockquote: [.url("cite")],
        .code: [.codeClass],
        .col: [.number("span", 1...100)],
        .colgroup: [.number("span", 1...100)],
        .del: [.url("cite"), .dateTime],
        .details: [.flag("open")],
        .img: [.imageSource, .text("alt"), .length("width"), .length("height")],
        .ins: [.url("cite"), .dateTime],
        .li: [.number("value", -999_999...999_999)],
        .ol: [.number("start", -999_999_999...999_999_999), .flag("reversed")],
        .q: [.url("cite")],
        .pre: [.codeTitle],
        .section: [.footnotesClass],
        .span: [.partClass],
        .td: [.number("colspan", 1...100), .number("rowspan", 1...1000)],
        .th: [
            .number("colspan", 1...100), .number("rowspan", 1...1000),
            .keyword("scope", ["row", "col", "rowgroup", "colgroup"]),
        ],
        .time: [.dateTime],
    ]

    private static let byEveryTag = Dictionary(
        uniqueKeysWithValues: Tag.allCases.map { tag in
            var allowed = [.id] + (byTag[tag] ?? [])
            switch tag {
            case .td, .th, .tr, .p, .div, .h1, .h2, .h3, .h4, .h5, .h6, .caption:
                allowed += [.alignment(.text), .alignmentStyle]
            case .img: allowed.append(.alignment(.float))
            case .table: allowed.append(.alignment(.table))
            default:
                break
            }
            return (tag, allowed + common)
        })

    static func attributes(of tag: Tag) -> [Attribute] { byEveryTag[tag] ?? [] }

    /// Whether the language of a code block may become a class.
    static func isLanguage(_ name: some Collection<UInt8>) -> Bool {
        !name.isEmpty && name.count <= 40 && name.allSatisfy(isLanguageByte)
    }

    /// Whether names of programming languages and media types may contain the byte.
    static func isLanguageByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
            UInt8(ascii: "+"), UInt8(ascii: "#"), UInt8(ascii: "."), UInt8(ascii: "/"),
            0x80...:
            true
        default:
            false
        }
    }

    static func isLanguageTag(_ name: some Collection<UInt8>) -> Bool {
        (1...35).contains(name.count)
            && name.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                    true
                default:
                    false
                }
            }
    }

    /// Returns the value of a style that sets only `text-align`.
    static func textAlignment(_ style: some Collection<UInt8>) -> String? {
        guard style.count <= 32 else { return nil }
        let text = String(decoding: style.filter { $0 != 0x20 }, as: UTF8.self).lowercased()
        for value in ["left", "right", "center", "justify"]
        where text == "text-align:\(value)" || text == "text-align:\(value);" {
            return value
        }
        return nil
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

extension AllowList.Attribute {
    /// The attribute's name in HTML.
    var name: StaticString {
        switch self {
        case .id: "id"
        case .alignment: "align"
        case .alignmentStyle: "style"
        case .url(let name), .text(let name), .flag(let name), .number(let name, _),
            .length(let name), .keyword(let name, _), .language(let name):
            name
        case .imageSource: "src"
        case .dateTime: "datetime"
        case .codeTitle: "data-language"
        case .codeClass, .partClass, .footnotesClass: "class"
        }
    }
}
