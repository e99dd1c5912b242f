import Glibc

/// A perceptual colour: lightness 0…1, chroma from 0 (grey) to about 0.4, hue in degrees.
///
/// Source of the matrices: https://www.w3.org/TR/css-color-4/#color-conversion-code
struct OKLCH: Hashable {
    var lightness: Double
    var chroma: Double
    var hue: Double

    init(lightness: Double, chroma: Double, hue: Double) {
        self.lightness = lightness
        self.chroma = chroma
        self.hue = hue
    }

    init(lightness: Double, a: Double, b: Double) {
        self.lightness = lightness
        self.chroma = (a * a + b * b).squareRoot()
        self.hue = atan2(b, a) * 180 / .pi
    }

    init(_ color: Color) {
        let red = Color.linear(color.red)
        let green = Color.linear(color.green)
        let blue = Color.linear(color.blue)
        let long = cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
        let medium = cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
        let short = cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
        self.init(
            lightness: 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
            a: 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
            b: 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short)
    }
}

extension OKLCH {
    /// The sRGB colour; channels are outside 0…1 when sRGB cannot show it.
    var color: Color {
        let a = chroma * cos(hue * .pi / 180)
        let b = chroma * sin(hue * .pi / 180)
        let long = cube(lightness + 0.3963377774 * a + 0.2158037573 * b)
        let medium = cube(lightness - 0.1055613458 * a - 0.0638541728 * b)
        let short = cube(lightness - 0.0894841775 * a - 1.2914855480 * b)
        return Color(
            red: Color.encoded(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
            green: Color.encoded(
                -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
            blue: Color.encoded(
                -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short))
    }

    /// The nearest colour of the same lightness and hue that sRGB can show.
    var displayableColor: Color {
        if isDisplayable { return color }
        var inside = 0.0
        var outside = chroma
        for _ in 0..<24 {
            let middle = (inside + outside) / 2
            if OKLCH(lightness: lightness, chroma: middle, hue: hue).isDisplayable {
                inside = middle
            } else {
                outside = middle
            }
        }
        return OKLCH(lightness: lightness, chroma: inside, hue: hue).color
    }

    private var isDisplayable: Bool {
        let color = color
        let range = -0.0005...1.0005
        return [color.red, color.green, color.blue].allSatisfy(range.contains)
    }

    private func cube(_ value: Double) -> Double { value * value * value }
}
