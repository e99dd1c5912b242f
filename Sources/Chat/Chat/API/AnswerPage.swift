import Core

/// A published page of the site with its main part replaced by an answer. Header, menu, footer and
/// style are those of the page that the visitor came from.
///
/// Everything about that page itself is removed: its address and description, its outline, and the mark of
/// the current page in menus. Search engines are told not to list the answer.
struct AnswerPage {
    private let start: String
    private let end: String

    /// - Parameters:
    ///   - html: the HTML of a published page.
    ///   - address: the address of the page, escaped.
    /// - Returns: nil for a page without a main part.
    init?(html: String, at address: String = "/") {
        guard let opening = html.firstUTF8Range(of: "<main"),
            let bracket = html[opening.upperBound...].firstUTF8Index(of: ">"),
            let closing = html[bracket...].firstUTF8Range(of: "</main>")
        else { return nil }
        let start = Self.frame(html[...bracket])
        let end = Self.frame(html[closing.lowerBound...])
        func hasID(_ id: Substring) -> Bool {
            [start, end].contains { $0.containsUTF8(" id=\"\(id)\"") }
        }
        self.start = Self.leadingBack(start, to: address, unless: hasID)
        self.end = Self.leadingBack(end, to: address, unless: hasID)
    }

    /// Makes links to places in the removed main part lead to the page that has them.
    private static func leadingBack(
        _ html: String, to address: String, unless hasID: (Substring) -> Bool
    ) -> String {
        let opening = " href=\"#"
        var linked = ""
        var rest = html[...]
        while let link = rest.firstUTF8Range(of: opening) {
            let after = rest[link.upperBound...]
            let id = Substring(after.utf8.prefix { $0 != UInt8(ascii: "\"") })
            linked += rest[..<link.lowerBound]
            linked += id.isEmpty || hasID(id) ? opening : " href=\"\(address)#"
            rest = after
        }
        return linked + rest
    }

    /// - Parameters:
    ///   - title: escaped.
    ///   - body: HTML.
    func showing(_ body: String, title: String) -> String {
        var start = start
        if let opening = start.firstUTF8Range(of: "<title>"),
            let closing = start[opening.upperBound...].firstUTF8Range(of: "</title>")
        {
            let head = "\(title)</title><meta name=\"robots\" content=\"noindex\"/>"
            start.replaceSubrange(opening.upperBound..<closing.upperBound, with: head)
        }
        return start + "<div class=\"prose\">\n\(body)</div>" + end
    }

    private static func frame(_ html: Substring) -> String {
        // Scripts are removed because the page is for browsers without JavaScript.
        let bare = without(html, from: "<script", to: "</script>") { _ in true }
        let general = without(bare[...], from: "<meta", to: ">", where: isOfPage)
        let unlinked = without(general[...], from: "<link", to: ">") { link in
            link.containsUTF8("rel=\"canonical\"") || link.containsUTF8("rel=\"modulepreload\"")
        }
        return without(unlinked[...], from: "<nav", to: "</nav>", where: isOutline)
            .replacingUTF8(" aria-current=\"page\"", with: "")
    }

    private static func isOfPage(_ meta: Substring) -> Bool {
        ["name=\"description\"", "name=\"robots\"", "name=\"twitter:", "property=\"og:"]
            .contains(where: meta.containsUTF8)
    }

    /// Whether a `nav` element is the outline that `page-outline.tsx` makes.
    private static func isOutline(_ navigation: Substring) -> Bool {
        navigation.hasUTF8Prefix("<nav class=\"page-outline\"")
    }

    /// Removes the parts from `opening` to `closing` for which `isMeant` returns true.
    private static func without(
        _ html: Substring, from opening: String, to closing: String,
        where isMeant: (Substring) -> Bool
    ) -> String {
        var kept = ""
        var rest = html
        while let start = rest.firstUTF8Range(of: opening) {
            kept += rest[..<start.lowerBound]
            rest = rest[start.lowerBound...]
            guard let end = rest.firstUTF8Range(of: closing) else {
                return isMeant(rest) ? kept : kept + rest
            }
            if !isMeant(rest[..<end.upperBound]) { kept += rest[..<end.upperBound] }
            rest = rest[end.upperBound...]
        }
        return kept + rest
    }
}
