/// Finds elements in places that HTML does not allow.
///
/// From such markup a browser builds another tree: it closes a paragraph before a heading, and puts
/// a `<tbody>` around rows. The first rendering of an island then does not match, and React
/// discards the server's HTML.
struct MarkupNesting {
    /// The names of the open elements, outermost first.
    private var open: [String] = []

    /// Returns a description of the first such place in React's HTML; nil when there is none.
    static func fault(in html: [UInt8]) -> String? {
        var nesting = MarkupNesting()
        var rest = html[...]
        while let start = rest.firstIndex(of: UInt8(ascii: "<")) {
            if let parent = nesting.open.last, refusesText.contains(parent),
                rest[..<start].contains(where: { $0 > 0x20 })
            {
                return "text is directly inside <\(parent)>"
            }
            rest = rest[(start + 1)...]
            if rest.starts(with: Array("!--".utf8)) {
                let commentEnd = Array("-->".utf8)
                // By characters: this compares two arrays of bytes, not text.
                guard let end = rest.firstRange(of: commentEnd) else { return nil }
                rest = rest[end.upperBound...]
                continue
            }
            guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return nil }
            let tag = rest[..<end]
            rest = rest[(end + 1)...]
            let isEnd = tag.first == UInt8(ascii: "/")
            let letters = tag.dropFirst(isEnd ? 1 : 0).prefix { $0 > 0x20 && $0 != 0x2f }
            let name = String(decoding: letters, as: UTF8.self).lowercased()
            if isEnd {
                if let index = nesting.open.lastIndex(of: name) {
                    nesting.open.removeSubrange(index...)
                }
                continue
            }
            if let fault = nesting.fault(of: name) { return fault }
            if rawText.contains(name) {
                let endTag = Array("</\(name)".utf8)
                // By characters: this compares two arrays of bytes, not text.
                guard let close = rest.firstRange(of: endTag) else { return nil }
                rest = rest[close.lowerBound...]
            }
            if !void.contains(name), tag.last != 0x2f { nesting.open.append(name) }
        }
        return nil
    }

    private func fault(of name: String) -> String? {
        // Other rules apply inside SVG.
        if open.contains("svg"), !open.contains("foreignobject") { return nil }
        if open.contains("math") { return nil }
        if let parent = open.last {
            if let allowed = Self.children[parent], !allowed.contains(name) {
                let advice = parent == "table" && name == "tr" ? ": wrap it in a <tbody>" : ""
                return "<\(name)> is directly inside <\(parent)>\(advice)"
            }
            if Self.headings.contains(name), Self.headings.contains(parent) {
                return "<\(name)> is inside <\(parent)>"
            }
        }
        if let parents = Self.parents[name], !parents.contains(open.last ?? "") {
            return parents.first.map { "<\(name)> is outside <\($0)>" }
                ?? "<\(name)> is inside the page's content"
        }
        if Self.closesParagraph.contains(name), isOpen("p", until: Self.scopes + ["button"]) {
            return "<\(name)> is inside <p>"
        }
        switch name {
        case "form" where open.contains("form"): return "<form> is inside <form>"
        case "a" where isOpen("a", until: Self.scopes),
            "button" where isOpen("button", until: Self.scopes),
            "nobr" where isOpen("nobr", until: Self.scopes):
            return "<\(name)> is inside <\(name)>"
        case "li":
            return isOpen("li", until: Self.lists) ? "<li> is inside <li> without a list" : nil
        case "dd", "dt":
            let isInside = isOpen("dd", until: Self.lists) || isOpen("dt", until: Self.lists)
            return isInside ? "<\(name)> is inside <dd> or <dt> without a list" : nil
        default: return nil
        }
    }

    /// Whether an element is open with none of the others open inside it.
    private func isOpen(_ name: String, until ends: [String]) -> Bool {
        for other in open.reversed() {
            if other == name { return true }
            if ends.contains(other) { return false }
        }
        return false
    }

    private static let void: Set<String> = [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source",
        "track", "wbr",
    ]
    private static let rawText: Set<String> = ["script", "style", "textarea", "title"]
    private static let headings: Set<String> = ["h1", "h2", "h3", "h4", "h5", "h6"]
    private static let refusesText: Set<String> = [
        "table", "thead", "tbody", "tfoot", "tr", "colgroup",
    ]
    private static let rows: Set<String> = ["tr", "style", "script", "template"]
    /// Elements that may contain only these.
    private static let children: [String: Set<String>] = [
        "table": [
            "caption", "colgroup", "tbody", "tfoot", "thead", "style", "script", "template",
        ],
        "thead": rows, "tbody": rows, "tfoot": rows,
        "tr": ["th", "td", "style", "script", "template"], "colgroup": ["col", "template"],
        "select": ["option", "optgroup", "hr", "script", "template"],
        "optgroup": ["option", "script", "template"], "option": ["script", "template"],
    ]
    /// Elements that may be only in these.
    private static let parents: [String: [String]] = [
        "tr": ["tbody", "thead", "tfoot", "template"], "td": ["tr", "template"],
        "th": ["tr", "template"], "tbody": ["table", "template"], "thead": ["table", "template"],
        "tfoot": ["table", "template"], "caption": ["table", "template"],
        "colgroup": ["table", "template"], "col": ["colgroup", "template"], "html": [],
        "head": ["html"], "body": ["html"],
    ]
    private static let closesParagraph: Set<String> = [
        "address", "article", "aside", "blockquote", "center", "details", "dialog", "dir", "div",
        "dl", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5",
        "h6", "header", "hgroup", "hr", "main", "menu", "nav", "ol", "p", "pre", "search",
        "section", "summary", "table", "ul", "xmp",
    ]
    private static let scopes = [
        "caption", "html", "table", "td", "th", "marquee", "object", "template", "foreignobject",
    ]
    private static let lists =
        scopes + [
            "ul", "ol", "dl", "menu", "dir", "article", "aside", "section", "blockquote", "button",
            "details", "fieldset", "figure", "footer", "header", "main", "nav", "form",
        ]
}
