import Core

extension Theme {
    /// The cascade layers of a site, weakest first.
    public static let layers = ["tokens", "base", "components", "custom", "layouts"]

    /// Returns the faces among `fonts` whose family a `font.*` token names: those that pages load.
    public func fonts(from fonts: [FontFace]) -> [FontFace] {
        let families = values.filter { $0.key.hasUTF8Prefix("font.") }
            .reduce(into: Set<String>()) { $0.formUnion(FontFace.families(in: $1.value)) }
        return fonts.filter { families.contains(FontFace.normalized($0.family)) }
    }

    /// Names for which every browser has a font, so that the families after them are never shown.
    private static let genericFamilies: Set<String> = [
        "serif", "sans-serif", "monospace", "cursive", "fantasy", "system-ui", "ui-serif",
        "ui-sans-serif", "ui-monospace", "ui-rounded", "math",
    ]

    /// Returns the faces among `fonts` for running text and headings: those that the first view of
    /// every page needs.
    public func firstFonts(among fonts: [FontFace]) -> [FontFace] {
        var first: Set<String> = []
        for key in ["font.body", "font.heading"] {
            let families = FontFace.families(in: values[key] ?? "")
                .prefix { !Self.genericFamilies.contains($0) }
            let family = families.first { family in
                fonts.contains { FontFace.normalized($0.family) == family }
            }
            if let family { first.insert(family) }
        }
        return fonts.filter {
            $0.style == .normal && first.contains(FontFace.normalized($0.family))
        }
    }

    /// Returns the token stylesheet: the order of the layers, the fonts in use, and the tokens as
    /// custom properties of both schemes.
    ///
    /// Any element may have `data-scheme`; on `<html>` it is the visitor's choice. Without it the
    /// theme's own scheme applies, and a professional site follows the visitor's system.
    public func stylesheet(fonts: [FontFace]) -> String {
        let faces = self.fonts(from: fonts)
        var values = values
        for (key, value) in values where key.hasUTF8Prefix("font.") {
            values[key] = FontFace.replaceFamilies(of: faces, in: value)
        }
        var text = "@layer \(Self.layers.joined(separator: ", "));\n\n"
        text += faces.map { $0.rule + "\n" }.joined()
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
