import Core

/// How a `color.*` token's value was read.
enum ColorNotation: Hashable {
    /// A fully known colour: hex, `rgb()`, `hsl()`, `hwb()`, `oklab()`, `oklch()` or a name.
    case color(Color)
    /// A colour that only the browser can compute: `color-mix()`, `currentcolor`, `var()` and such.
    case browserOnly
}

extension ColorNotation {
    /// Reads a value that ``TokenValue`` has already found harmless.
    init(parsing value: TokenValue) throws(TokenValue.Fault) {
        let text = value.text.lowercased()
        if let digits = text.droppingUTF8Prefix("#") {
            guard let color = Self.hex(digits) else {
                throw TokenValue.Fault(
                    "'\(value.text)' is not a colour: '#' takes 3, 4, 6 or 8 hexadecimal digits")
            }
            self = .color(color)
        } else if let parenthesis = text.firstUTF8Index(of: "(") {
            guard let call = text.droppingUTF8Suffix(")") else {
                throw TokenValue.Fault("'\(value.text)' is not one colour")
            }
            let function = text[..<parenthesis]
            let arguments = call[call.utf8.index(after: parenthesis)...]
            self = try Self.function(function, arguments, of: value.text)
        } else if let bytes = NamedColors.bytes[text] {
            self = .color(Color(bytes: bytes >> 16, bytes >> 8 & 255, bytes & 255))
        } else if NamedColors.keywords.contains(text) {
            self = .browserOnly
        } else {
            throw TokenValue.Fault(
                "'\(value.text)' is not a colour",
                hint: nearMiss(for: text, among: NamedColors.bytes.keys)
                    .map { "did you mean '\($0)'?" }
                    ?? "write a colour such as #8B5CF6, rgb(139 92 246) or rebeccapurple")
        }
    }

    private static func hex(_ digits: Substring) -> Color? {
        let values = digits.unicodeScalars.compactMap { Int(String($0), radix: 16) }
        guard values.count == digits.utf8.count else { return nil }
        let channels: [Double]
        switch values.count {
        case 3, 4: channels = values.map { Double($0 * 17) / 255 }
        case 6, 8:
            channels = stride(from: 0, to: values.count, by: 2).map {
                Double(values[$0] * 16 + values[$0 + 1]) / 255
            }
        default: return nil
        }
        return Color(
            red: channels[0], green: channels[1], blue: channels[2],
            alpha: channels.count == 4 ? channels[3] : 1)
    }

    private static func function(
        _ name: Substring, _ arguments: Substring, of value: String
    ) throws(TokenValue.Fault) -> ColorNotation {
        guard ["rgb", "rgba", "hsl", "hsla", "hwb", "oklab", "oklch"].contains(name) else {
            return .browserOnly
        }
        // Only the browser can compute calculated channels and relative colours.
        if arguments.containsUTF8("(") || arguments.hasUTF8Prefix("from ") { return .browserOnly }
        guard let color = ColorArguments(arguments)?.color(of: name) else {
            throw TokenValue.Fault(
                "'\(value)' is not a colour",
                hint: "write it as rgb(139 92 246), hsl(258 90% 66%) or #8B5CF6")
        }
        return .color(color)
    }
}
