import UTF8Text

extension Theme {
    /// The cascade layers of a site, weakest first.
    public static let layers = ["tokens", "base", "components", "custom", "layouts"]

    /// The faces among `fonts` whose family a `font.*` token mentions: those that pages load.
    public func fonts(from fonts: [FontFace]) -> [FontFace] {
        let families = values.filter { $0.key.hasUTF8Prefix("font.") }
            .reduce(into: Set<String>()) { $0.formUnion(FontFace.families(in: $1.value)) }
        return fonts.filter { families.contains(FontFace.normalized($0.family)) }
    }

    /// The token stylesheet: the order of the layers, the fonts in use, and the tokens as custom
    /// properties of both schemes.
    ///
    /// Any element may carry `data-scheme`; on `<html>` it is the visitor's choice. Without it the
    /// theme's own scheme holds, and a professional site follows the visitor's system.
    public func stylesheet(fonts: [FontFace]) -> String {
        var text = "@layer \(Self.layers.joined(separator: ", "));\n\n"
        text += self.fonts(from: fonts).map { $0.rule + "\n" }.joined()
        text += "@layer tokens {\n"
        text += rule(":root", scheme: scheme, with: values)
        if name == .professional {
            text += "@media (prefers-color-scheme: dark) {\n"
            text += rule(":root:not([data-scheme])", scheme: .dark)
            text += "}\n"
        }
        for scheme in ColorScheme.allCases {
            text += rule("[data-scheme=\"\(scheme.rawValue)\"]", scheme: scheme)
        }
        return text + "}\n"
    }

    private func rule(
        _ selector: String, scheme: ColorScheme, with others: [String: String] = [:]
    ) -> String {
        let declarations = others.merging(palettes[scheme] ?? [:]) { _, color in color }
            .map { "  \(StyleToken.propertyName(ofKey: $0.key)): \($0.value);\n" }
            .sorted()
        return "\(selector) {\n  color-scheme: \(scheme.rawValue);\n\(declarations.joined())}\n"
    }
}
