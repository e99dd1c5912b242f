import TestSupport

/// Random documents made of pieces that confuse parsers.
enum HostileFragments {
    private static let fixed = [
        "*", "**", "_", "`", "```\n", "[", "](", ")", "![", "> ", "- ", "1. ", "# ", "\n", "\n\n",
        "    ", "|", "\n|-|-|\n", "~~", "<", ">",
        "</", "/>", "\"", "'", "=", "&", "&amp;", "&#60;", "&#x3c", "&lt;", "<!--", "-->", "--!>",
        "<!-->", "<![CDATA[", "]]>", "<?", "?>",
        "<!DOCTYPE x>", "\u{0}", "\u{FEFF}", "\u{2028}", "ü", "text ", "javascript:alert(1)",
        "https://a.example/", "//b.example", "[^1]", "\n[^1]: x\n",
        " onclick=alert(1) ", " href=javascript:alert(1) ", " src=x onerror=alert(1)",
        " class=\"language-x\"", " id=main", " title='\">", "\\",
    ]
    private static let names =
        Array(StrictScanner.elements).sorted() + [
            "script", "style", "svg", "math", "xmp", "noscript", "textarea", "title", "iframe",
            "template", "select", "option", "plaintext",
            "form", "button", "body", "html", "head", "object", "font", "center", "frameset",
            "mglyph", "annotation-xml", "foreignObject",
        ]

    static func document(using generator: inout SeededGenerator) -> String {
        var document = Bool.random(using: &generator) ? "<br>\n\n" : ""
        for _ in 0..<Int.random(in: 1...30, using: &generator) {
            document += piece(using: &generator)
        }
        return document
    }

    private static func piece(using generator: inout SeededGenerator) -> String {
        let name = names[Int.random(in: 0..<names.count, using: &generator)]
        let text = fixed[Int.random(in: 0..<fixed.count, using: &generator)]
        return switch Int.random(in: 0..<6, using: &generator) {
        case 0: "<\(name)>"
        case 1: "</\(name)>"
        case 2: "<\(name) \(text)>"
        default: text
        }
    }
}
