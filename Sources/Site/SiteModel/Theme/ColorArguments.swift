import Core

/// The three channels and the opacity between the parentheses of `rgb(…)` and similar functions,
/// written with commas or with spaces and a slash.
struct ColorArguments {
    private let channels: [Quantity]
    private let alpha: Double

    /// A number with its unit: `50%`, `120deg`, `0.5`; `none` is 0.
    private struct Quantity {
        var number: Double
        var unit: Substring

        init?(_ text: Substring) {
            if text == "none" {
                number = 0
                unit = ""
                return
            }
            let end = text.utf8.firstIndex { !"+-.0123456789".utf8.contains($0) } ?? text.endIndex
            guard end > text.startIndex, let number = Double(text[..<end]), number.isFinite else {
                return nil
            }
            self.number = number
            self.unit = text[end...]
        }

        /// Returns a number unchanged, and a percentage as its share of `whole`.
        func amount(of whole: Double) -> Double? {
            switch unit {
            case "": number
            case "%": number / 100 * whole
            default: nil
            }
        }

        /// The angle in degrees.
        var angle: Double? {
            switch unit {
            case "", "deg": number
            case "turn": number * 360
            case "rad": number * 180 / .pi
            case "grad": number * 0.9
            default: nil
            }
        }
    }

    init?(_ text: Substring) {
        let usesCommas = text.containsUTF8(",")
        let parts = text.splitUTF8(
            separator: usesCommas ? "," : "/", omittingEmptySubsequences: false)
        let words: [Substring]
        let opacity: Substring?
        if usesCommas {
            guard parts.count == 3 || parts.count == 4 else { return nil }
            words = parts.prefix(3).map { $0.trimmingSpaces() }
            opacity = parts.count == 4 ? parts[3].trimmingSpaces() : nil
        } else {
            guard parts.count <= 2, let first = parts.first else { return nil }
            words = first.splitUTF8(separator: " ")
            opacity = parts.count == 2 ? parts[1].trimmingSpaces() : nil
        }
        channels = words.compactMap { Quantity($0) }
        guard words.count == 3, channels.count == 3 else { return nil }
        if let opacity {
            guard let amount = Quantity(opacity)?.amount(of: 1) else { return nil }
            alpha = min(max(amount, 0), 1)
        } else {
            alpha = 1
        }
    }

    /// Returns the colour, or nil when a unit does not fit its channel.
    func color(of function: Substring) -> Color? {
        var color: Color?
        switch function {
        case "rgb", "rgba": color = rgb
        case "hsl", "hsla": color = hsl
        case "hwb": color = hwb
        case "oklab": color = oklab
        default: color = oklch
        }
        color?.alpha = alpha
        return color
    }

    private var rgb: Color? {
        guard let red = channels[0].amount(of: 255), let green = channels[1].amount(of: 255),
            let blue = channels[2].amount(of: 255)
        else { return nil }
        return Color(red: red / 255, green: green / 255, blue: blue / 255).rounded
    }

    private var hsl: Color? {
        guard let hue = channels[0].angle, let saturation = share(1), let lightness = share(2)
        else {
            return nil
        }
        return Self.hsl(hue: hue, saturation: saturation, lightness: lightness)
    }

    private var hwb: Color? {
        guard let hue = channels[0].angle, let white = share(1), let black = share(2) else {
            return nil
        }
        guard white + black < 1 else {
            let grey = white / (white + black)
            return Color(red: grey, green: grey, blue: grey)
        }
        let pure = Self.hsl(hue: hue, saturation: 1, lightness: 0.5)
        let scale = 1 - white - black
        return Color(
            red: pure.red * scale + white, green: pure.green * scale + white,
            blue: pure.blue * scale + white)
    }

    private var oklab: Color? {
        guard let lightness = channels[0].amount(of: 1), let a = channels[1].amount(of: 0.4),
            let b = channels[2].amount(of: 0.4)
        else { return nil }
        return OKLCH(lightness: min(max(lightness, 0), 1), a: a, b: b).displayableColor
    }

    private var oklch: Color? {
        guard let lightness = channels[0].amount(of: 1), let chroma = channels[1].amount(of: 0.4),
            let hue = channels[2].angle
        else { return nil }
        return OKLCH(lightness: min(max(lightness, 0), 1), chroma: max(chroma, 0), hue: hue)
            .displayableColor
    }

    /// Returns a percentage, with or without its sign, from 0 to 1.
    private func share(_ index: Int) -> Double? {
        guard channels[index].unit == "%" || channels[index].unit.isEmpty else { return nil }
        return min(max(channels[index].number / 100, 0), 1)
    }

    private static func hsl(hue: Double, saturation: Double, lightness: Double) -> Color {
        let spread = saturation * min(lightness, 1 - lightness)
        func channel(_ offset: Double) -> Double {
            var turn = (offset + hue / 30).truncatingRemainder(dividingBy: 12)
            if turn < 0 { turn += 12 }
            return lightness - spread * max(-1, min(turn - 3, 9 - turn, 1))
        }
        return Color(red: channel(0), green: channel(8), blue: channel(4))
    }
}
