import Core

/// A published page of the site with its main part replaced by an answer. Header, menu, footer and
/// style are those of the page that the visitor came from.
struct SitePage {
    private let start: String
    private let end: String

    /// - Parameter html: the HTML of a published page.
    /// - Returns: nil for a page without a main part.
    init?(html: String) {
        guard let opening = html.firstUTF8Range(of: "<main"),
            let bracket = html[opening.upperBound...].firstUTF8Index(of: ">"),
            let closing = html[bracket...].firstUTF8Range(of: "</main>")
        else { return nil }
        start = Self.withoutScripts(html[...bracket])
        end = Self.withoutScripts(html[closing.lowerBound...])
    }

    /// - Parameters:
    ///   - title: escaped.
    ///   - body: HTML.
    func showing(_ body: String, title: String) -> String {
        var start = start
        if let opening = start.firstUTF8Range(of: "<title>"),
            let closing = start[opening.upperBound...].firstUTF8Range(of: "</title>")
        {
            start.replaceSubrange(opening.upperBound..<closing.lowerBound, with: title)
        }
        return start + "<div class=\"prose\">\n\(body)</div>" + end
    }

    /// Removes scripts, because the page is for browsers without JavaScript.
    private static func withoutScripts(_ html: Substring) -> String {
        var kept = ""
        var rest = html
        while let opening = rest.firstUTF8Range(of: "<script") {
            kept += rest[..<opening.lowerBound]
            guard let closing = rest[opening.upperBound...].firstUTF8Range(of: "</script>") else {
                return kept
            }
            rest = rest[closing.upperBound...]
        }
        return kept + rest
    }
}
