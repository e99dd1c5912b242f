import Core

/// A place on a page that supports an answer.
struct Citation: Hashable, Sendable {
    var title: String
    /// Such as `/work/dashboard/`.
    var route: String
    /// The heading's anchor on the page, without `#`; nil for the top of the page.
    var anchor: String?
    /// The nearest heading above the place; nil when there is none.
    var heading: String?
    /// The number that the answer's text refers to it by, as `[1]`; nil where the text links it.
    var number: Int?

    init(
        title: String, route: String, anchor: String? = nil, heading: String? = nil,
        number: Int? = nil
    ) {
        self.title = title
        self.route = route
        self.anchor = anchor
        self.heading = heading
        self.number = number
    }

    /// Reads a stored citation; nil when it leads nowhere.
    init?(_ json: JSONValue) {
        guard let title = json["title"]?.string, let route = json["route"]?.string else {
            return nil
        }
        self.init(
            title: title, route: route, anchor: json["anchor"]?.string,
            heading: json["heading"]?.string,
            number: json["number"]?.number.flatMap { Int(exactly: $0) })
    }

    /// Returns the same citation with a number.
    func numbered(_ number: Int) -> Citation {
        var copy = self
        copy.number = number
        return copy
    }

    /// `/prices/#tests`, with every character escaped that could end a link in Markdown or HTML.
    var link: String {
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
