/// Reads rendered HTML by a grammar far narrower than a browser's, and names the first thing that
/// is not in it: lower-case tags from a list, quoted attributes from a list, well-formed references,
/// every element closed in order.
struct StrictScanner {
    static let void: Set<String> = ["br", "col", "hr", "img", "input", "wbr"]
    static let elements: Set<String> = void.union([
        "a", "abbr", "b", "blockquote", "caption", "cite", "code", "colgroup", "dd", "del",
        "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4",
        "h5", "h6", "i", "ins", "kbd", "label", "li", "mark", "ol", "p", "pre", "q", "rp", "rt",
        "ruby",
        "s", "samp", "section", "small", "span", "strong", "sub", "summary", "sup", "table",
        "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u", "ul", "var",
    ])
    static let attributes: Set<String> = [
        "alt", "aria-label", "checked", "cite", "class", "colspan", "datetime", "decoding", "dir",
        "disabled", "height", "href", "id", "lang", "loading", "open", "rel", "reversed", "rowspan",
        "role", "scope", "span", "src", "start", "style", "tabindex", "title", "type", "value",
        "width",
    ]

    private let bytes: [UInt8]
    private var index = 0
    private var open: [String] = []
    private var ids: Set<String> = []

    /// The first error in the HTML, or nil.
    static func fault(in html: [UInt8]) -> String? {
        var scanner = StrictScanner(bytes: html)
        return scanner.scan()
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func scan() -> String? {
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "<"):
                if let fault = scanTag() { return fault }
            case UInt8(ascii: ">"):
                return "a bare > at \(index)"
            case UInt8(ascii: "&"):
                if let fault = scanReference() { return fault }
            default:
                index += 1
            }
        }
        return open.isEmpty ? nil : "left open: \(open)"
    }

    private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func take(_ text: String) -> Bool {
        guard bytes[index...].starts(with: text.utf8) else { return false }
        index += text.utf8.count
        return true
    }

    private mutating func takeName() -> String {
        var name = ""
        while let byte = peek,
            (97...122).contains(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "-")
        {
            name.unicodeScalars.append(Unicode.Scalar(byte))
            index += 1
        }
        return name
    }

    private mutating func scanTag() -> String? {
        if take("</") {
            let name = takeName()
            guard take(">") else { return "a strange end tag \(name) at \(index)" }
            guard open.popLast() == name else { return "</\(name)> out of order at \(index)" }
            return nil
        }
        index += 1
        let name = takeName()
        guard Self.elements.contains(name) else { return "element '\(name)' at \(index)" }
        while take(" ") {
            if let fault = scanAttribute(of: name) { return fault }
        }
        guard take(">") else { return "a strange tag \(name) at \(index)" }
        if !Self.void.contains(name) { open.append(name) }
        return nil
    }

    private mutating func scanAttribute(of element: String) -> String? {
        let name = takeName()
        guard Self.attributes.contains(name) else { return "attribute '\(name)' at \(index)" }
        guard take("=\"") else {
            return ["checked", "disabled", "open", "reversed"].contains(name)
                ? nil : "attribute \(name) without a value at \(index)"
        }
        let start = index
        while let byte = peek, byte != UInt8(ascii: "\"") {
            if byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") {
                return "a bracket in \(name) at \(index)"
            }
            if byte == UInt8(ascii: "&") {
                if let fault = scanReference() { return fault }
            } else {
                index += 1
            }
        }
        let value = String(decoding: bytes[start..<index], as: UTF8.self)
        guard take("\"") else { return "an open attribute \(name)" }
        return fault(name, value, element)
    }

    private mutating func fault(_ name: String, _ value: String, _ element: String) -> String? {
        switch name {
        case "href", "src", "cite":
            return Self.isHarmless(value, isImage: name == "src") ? nil : "\(name)=\(value)"
        case "id":
            guard ids.insert(value).inserted, value != "main" else { return "id \(value) again" }
            return value.utf8.allSatisfy { $0 > 0x20 && !"<>\"'&".utf8.contains($0) }
                ? nil : "id=\(value)"
        case "style":
            let isKnown =
                value == "margin-inline:auto"
                || ["left", "right", "center", "justify"].contains {
                    value == "text-align:\($0)" || value == "float:\($0)"
                }
            return isKnown ? nil : "style=\(value)"
        case "class":
            let isKnown =
                element == "code" && value.hasPrefix("language-")
                || element == "div" && value == "table-scroll"
                || element == "section" && value == "footnotes"
            return isKnown ? nil : "class=\(value) on \(element)"
        case "role", "tabindex", "aria-label":
            let isOwn =
                ["div", "pre"].contains(element) && ["group", "0", "Code", "Table"].contains(value)
                || element == "input" && ["Done", "To do"].contains(value)
            return isOwn ? nil : "\(name)=\(value) on \(element)"
        case "type":
            return value == "checkbox" ? nil : "type=\(value)"
        default:
            return nil
        }
    }

    private mutating func scanReference() -> String? {
        let start = index
        index += 1
        while let byte = peek, index - start < 40 {
            index += 1
            if byte == UInt8(ascii: ";") { return nil }
            let isPart =
                (97...122).contains(byte | 0x20) || (48...57).contains(byte)
                || byte == UInt8(ascii: "#")
            if !isPart { break }
        }
        return "a bare & at \(start)"
    }

    /// Judges an attribute's URL without any code of the renderer.
    private static func isHarmless(_ value: String, isImage: Bool) -> Bool {
        let url = value.lowercased()
        if url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x5C || $0 >= 0x7F }) { return false }
        if url.hasPrefix("//") { return false }
        if url.hasPrefix("https://") { return true }
        if isImage, url.hasPrefix("data:image/") { return true }
        let opened = ["http://", "mailto:", "tel:", "ftp:", "sms:", "irc:", "geo:", "xmpp:"]
        if !isImage, opened.contains(where: url.hasPrefix) { return true }
        let head = url.prefix { $0 != "/" && $0 != "?" && $0 != "#" && $0 != "&" }
        return !head.contains(":")
    }
}
