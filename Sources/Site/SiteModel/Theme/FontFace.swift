import Core

/// A font file that the site serves itself.
public struct FontFace: Sendable, Hashable {
    public enum Style: String, Sendable, Hashable, Codable {
        case normal, italic
    }

    /// The family as font tokens spell it, without quotes: `Press Start 2P`.
    public var family: String
    /// The address on the site itself: `/assets/inter-5f3a.woff2`.
    public var url: String
    /// One weight (`400...400`), or the range of a variable font (`100...900`).
    public var weight: ClosedRange<Int>
    public var style: Style
    /// Fonts of visitors' systems, adjusted to the metrics of this one.
    public var fallbacks: [Fallback]

    public init(
        family: String, url: String, weight: ClosedRange<Int> = 400...400, style: Style = .normal,
        fallbacks: [Fallback] = []
    ) {
        self.family = family
        self.url = url
        self.weight = weight
        self.style = style
        self.fallbacks = fallbacks
    }
}

extension FontFace {
    /// Returns the `@font-face` rules of the face and of its fallbacks.
    ///
    /// With `optional`, a font that has not arrived when the page is first drawn is not shown on
    /// that page, because text would move when it arrived. It is preloaded, and is in the browser's
    /// cache for the next page.
    ///
    /// Tokens use a name that no installed font has: when an optional font is late, Chromium
    /// switches to an installed font of the same name, and text would move after all. The font's
    /// own name is defined for styles of the node.
    var rule: String {
        [family, webFamily].map(rule).joined(separator: "\n") + fallbacks.map(fallbackRule).joined()
    }

    private func rule(named family: String) -> String {
        let format = formatName.map { " format(\"\($0)\")" } ?? ""
        return """
            @font-face {
              font-family: \(Self.quoted(family));
              src: url(\(Self.quoted(url)))\(format);
              font-weight: \(Self.text(of: weight));
              font-style: \(style.rawValue);
              font-display: optional;
            }

            """
    }

    private func fallbackRule(_ fallback: Fallback) -> String {
        let sources = fallback.names.map { "local(\(Self.quoted($0)))" }.joined(separator: ", ")
        return """

            @font-face {
              font-family: \(Self.quoted(fallbackFamily));
              src: \(sources);
              font-weight: \(Self.text(of: fallback.weight));
              font-style: \(style.rawValue);
              size-adjust: \(fallback.sizeAdjust);
              ascent-override: \(fallback.ascent);
              descent-override: \(fallback.descent);
              line-gap-override: \(fallback.lineGap);
            }

            """
    }

    /// As in `font-weight` of `@font-face`.
    private static func text(of weight: ClosedRange<Int>) -> String {
        weight.count == 1 ? "\(weight.lowerBound)" : "\(weight.lowerBound) \(weight.upperBound)"
    }

    private var webFamily: String { family + " web" }
    private var fallbackFamily: String { family + " fallback" }

    private var formatName: String? {
        switch url.splitUTF8(separator: ".").last?.lowercased() {
        case "woff2": "woff2"
        case "woff": "woff"
        case "ttf": "truetype"
        case "otf": "opentype"
        default: nil
        }
    }

    /// Returns a CSS string: all characters except letters, digits and harmless punctuation become
    /// hex escapes, so that neither a quote nor `</style>` can end it.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            let isPlain =
                scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                || " -_./?=&%+,".unicodeScalars.contains(scalar)
            if isPlain {
                result.unicodeScalars.append(scalar)
            } else {
                result += "\\" + String(scalar.value, radix: 16) + " "
            }
        }
        return result + "\""
    }

    /// Returns a `font-family` value in which these faces have the names used only on the site,
    /// each before its fallback.
    static func replaceFamilies(of faces: [FontFace], in value: String) -> String {
        let named = Dictionary(
            faces.map { (normalized($0.family), $0) }, uniquingKeysWith: { first, _ in first })
        let families = items(of: value)
        guard families.contains(where: { named[normalized($0.name)] != nil }) else { return value }
        return families.map { item in
            guard let face = named[normalized(item.name)] else {
                return String(item.text.trimmingUTF8(" \t\n"))
            }
            let names = [face.webFamily] + (face.fallbacks.isEmpty ? [] : [face.fallbackFamily])
            return names.map(quoted).joined(separator: ", ")
        }.joined(separator: ", ")
    }

    /// Returns the family names of a `font-family` value in order, in lower case and without
    /// quotes.
    static func families(in value: String) -> [String] {
        items(of: value).map { normalized($0.name) }
    }

    /// Returns the items between the commas of a `font-family` value, as written and without
    /// quotes.
    private static func items(of value: String) -> [(text: String, name: String)] {
        var items: [(text: String, name: String)] = []
        var (text, name) = ("", "")
        var quote: Unicode.Scalar?
        for character in value.unicodeScalars {
            if character == quote {
                quote = nil
            } else if quote == nil, character == "\"" || character == "'" {
                quote = character
            } else if quote == nil, character == "," {
                items.append((text, name))
                (text, name) = ("", "")
                continue
            } else {
                name.unicodeScalars.append(character)
            }
            text.unicodeScalars.append(character)
        }
        return items + [(text, name)]
    }

    /// CSS compares family names without case and with runs of spaces as one.
    package static func normalized(_ family: some StringProtocol) -> String {
        family.lowercased().splitUTF8(separator: " ").joined(separator: " ")
    }
}
