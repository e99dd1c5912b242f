import Glibc

extension Color {
    /// Relative luminance of WCAG 2.2: 0 for black, 1 for white. Opacity is ignored.
    ///
    /// Source: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
    var luminance: Double {
        0.2126 * Self.linear(red) + 0.7152 * Self.linear(green) + 0.0722 * Self.linear(blue)
    }

    /// Contrast ratio of WCAG 2.2, from 1 to 21; the order of the colours does not matter.
    func contrast(with other: Color) -> Double {
        let lighter = max(luminance, other.luminance)
        let darker = min(luminance, other.luminance)
        return (lighter + 0.05) / (darker + 0.05)
    }

    /// White or near-black, whichever reads better on this colour; at least 4.5:1.
    var readableText: Color {
        contrast(with: .white) >= contrast(with: .nearBlack) ? .white : .nearBlack
    }

    /// Returns this colour, or the one nearest in lightness with the ratio on every background.
    ///
    /// Hue is kept, and chroma as far as sRGB can show it. Both directions are tried in steps of
    /// half a percent of OKLCH lightness.
    ///
    /// - Returns: nil when no lightness has the ratio, as between a black and a white background.
    func shifted(toContrast ratio: Double, on backgrounds: [Color]) -> Color? {
        func isReadable(_ color: Color) -> Bool {
            backgrounds.allSatisfy { color.contrast(with: $0) >= ratio }
        }
        let start = rounded
        if isReadable(start) { return start }
        let base = OKLCH(start)
        for step in 1...200 {
            for lightness in [
                base.lightness + Double(step) / 200, base.lightness - Double(step) / 200,
            ]
            where (0...1).contains(lightness) {
                var shade = base
                shade.lightness = lightness
                let candidate = shade.displayableColor.rounded
                if isReadable(candidate) { return candidate }
            }
        }
        return nil
    }

    /// Returns the light that a channel's value represents (the inverse of sRGB's transfer curve).
    static func linear(_ channel: Double) -> Double {
        channel <= 0.04045 ? channel / 12.92 : pow((channel + 0.055) / 1.055, 2.4)
    }

    /// Returns the channel's value for an amount of light.
    static func encoded(_ light: Double) -> Double {
        light <= 0.0031308 ? light * 12.92 : 1.055 * pow(light, 1 / 2.4) - 0.055
    }
}
