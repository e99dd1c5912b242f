/// An sRGB colour: channels and opacity from 0 to 1.
///
/// Browsers paint eight bits for each channel, so colours are first ``rounded`` to those before
/// their contrast is compared.
struct Color: Hashable, Sendable {
    var red: Double
    var green: Double
    var blue: Double
    var alpha: Double = 1

    static let white = Color(red: 1, green: 1, blue: 1)
    /// Dark enough that it or white has a contrast of 4.5:1 on every colour.
    static let nearBlack = Color(bytes: 5, 5, 5)

    /// A channel that is not a number, because its inputs were too large, becomes 0.
    init(red: Double, green: Double, blue: Double, alpha: Double = 1) {
        self.red = red.isNaN ? 0 : red
        self.green = green.isNaN ? 0 : green
        self.blue = blue.isNaN ? 0 : blue
        self.alpha = alpha.isNaN ? 1 : alpha
    }

    init(bytes red: Int, _ green: Int, _ blue: Int) {
        self.init(red: Double(red) / 255, green: Double(green) / 255, blue: Double(blue) / 255)
    }
}

extension Color {
    /// The colour with each channel clipped to 0…1 and rounded to the nearest of 256 steps.
    var rounded: Color {
        Color(
            red: Double(Self.byte(red)) / 255, green: Double(Self.byte(green)) / 255,
            blue: Double(Self.byte(blue)) / 255, alpha: min(max(alpha, 0), 1))
    }

    /// `#RRGGBB`, without the opacity.
    var hex: String {
        "#"
            + [red, green, blue].map { channel in
                let digits = String(Self.byte(channel), radix: 16, uppercase: true)
                return digits.utf8.count == 1 ? "0" + digits : digits
            }.joined()
    }

    /// This colour painted on an opaque one, as browsers blend.
    func over(_ background: Color) -> Color {
        background.mixed(with: self, share: alpha)
    }

    /// Returns an opaque mixture of this colour (share 0) and another (share 1).
    func mixed(with other: Color, share: Double) -> Color {
        Color(
            red: red + (other.red - red) * share, green: green + (other.green - green) * share,
            blue: blue + (other.blue - blue) * share)
    }

    private static func byte(_ channel: Double) -> Int {
        Int((min(max(channel, 0), 1) * 255).rounded())
    }
}
