import UTF8Text

/// A font file that the site serves itself.
public struct FontFace: Sendable, Hashable {
    public enum Style: String, Sendable, Hashable, Codable {
        case normal, italic
    }

    /// The family as font tokens spell it, without quotes: `Press Start 2P`.
    public var family: String
    /// Where the page loads it from, on the site itself: `/assets/inter-5f3a.woff2`.
    public var url: String
    /// One weight (`400...400`), or the range of a variable font (`100...900`).
    public var weight: ClosedRange<Int>
    public var style: Style

    public init(
        family: String, url: String, weight: ClosedRange<Int> = 400...400, style: Style = .normal
    ) {
        self.family = family
        self.url = url
        self.weight = weight
        self.style = style
    }
}

extension FontFace {
    /// The `@font-face` rule; text is shown in a fallback font until the file has arrived.
    var rule: String {
        let weights =
            weight.lowerBound == weight.upperBound
            ? "\(weight.lowerBound)" : "\(weight.lowerBound) \(weight.upperBound)"
        let format = formatName.map { " format(\"\($0)\")" } ?? ""
        return """
            @font-face {
              font-family: \(Self.quoted(family));
              src: url(\(Self.quoted(url)))\(format);
              font-weight: \(weights);
              font-style: \(style.rawValue);
              font-display: swap;
            }

            """
    }

    private var formatName: String? {
        switch url.splitUTF8(separator: ".").last?.lowercased() {
        case "woff2": "woff2"
        case "woff": "woff"
        case "ttf": "truetype"
        case "otf": "opentype"
        default: nil
        }
    }

    /// A CSS string: all but letters, digits and harmless punctuation becomes a hex escape, so that
    /// neither a quote nor `</style>` can end it.
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

    /// The family names of a `font-family` value, lower-cased and without quotes.
    static func families(in value: String) -> Set<String> {
        var families: Set<String> = []
        var name = ""
        var quote: Unicode.Scalar?
        for character in value.unicodeScalars {
            if character == quote {
                quote = nil
            } else if quote == nil, character == "\"" || character == "'" {
                quote = character
            } else if quote == nil, character == "," {
                families.insert(normalized(name))
                name = ""
            } else {
                name.unicodeScalars.append(character)
            }
        }
        families.insert(normalized(name))
        return families
    }

    /// CSS compares family names without case and with runs of spaces as one.
    static func normalized(_ family: some StringProtocol) -> String {
        family.lowercased().splitUTF8(separator: " ").joined(separator: " ")
    }
}
