public import FoundationEssentials

/// A passage of a page that was live when it was found, to be quoted.
public struct Passage: Hashable, Sendable {
    public let id: UUID
    public let node: String
    public let route: String
    /// Of the page.
    public let title: String
    /// The nearest heading above it; empty when there is none.
    public let heading: String
    /// The fragment that leads to it.
    public let anchor: String?
    public let text: String
    /// How much of the question it is about, 0 to 1: comparable between searches.
    public var relevance: Double
    /// How good it is beside the best that the same search has found, which is 1.
    public var strength = 1.0
    /// The text search configuration of its page; empty when it is not known.
    var language = ""
    /// Whether it may not answer the question, however many of its words it has: it has too little of
    /// those that the question turns on, or no page of the site has one of them.
    var isDoubtful = false
    /// How prompts quote it, when that was worked out before: see `QuotationEnvelope`.
    var quotation: String?

    public init(
        id: UUID = UUID(), node: String, route: String, title: String, heading: String,
        anchor: String? = nil, text: String, relevance: Double = 1
    ) {
        self.id = id
        self.node = node
        self.route = route
        self.title = title
        self.heading = heading
        self.anchor = anchor
        self.text = text
        self.relevance = relevance
    }

    /// Where it stands, as a link within the site.
    public var citation: Citation {
        Citation(title: title, route: route, anchor: anchor, heading: heading)
    }
}

/// Where something that was said comes from.
public struct Citation: Hashable, Sendable, Codable {
    public var title: String
    public var route: String
    public var anchor: String?
    public var heading: String

    public init(title: String, route: String, anchor: String?, heading: String) {
        self.title = title
        self.route = route
        self.anchor = anchor
        self.heading = heading
    }

    /// `/prices/#tests`, with everything escaped that could end a link in Markdown or HTML.
    public var link: String {
        guard let anchor, !anchor.isEmpty else { return Self.escape(route) }
        return Self.escape(route) + "#" + Self.escape(anchor)
    }

    private static func escape(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "/"), UInt8(ascii: ":"):
                bytes.append(byte)
            default:
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
