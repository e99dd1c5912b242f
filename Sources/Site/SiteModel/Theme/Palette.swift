import Core

/// The colours of one scheme, and the colours derived from them to keep text readable.
struct Palette: Hashable {
    /// Colour tokens, by key.
    let values: [String: TokenValue]

    private let properties: [String: TokenValue]

    init(_ values: [String: TokenValue]) {
        self.values = values.filter { Self.isColor($0.key) }
        properties = Dictionary(
            self.values.map { (StyleToken.propertyName(ofKey: $0.key), $0.value) },
            uniquingKeysWith: { first, _ in first })
    }

    static func isColor(_ key: String) -> Bool { key.hasUTF8Prefix("color.") }

    /// Tokens that belong to a scheme, not to a brand: a node that sets them for its own scheme
    /// does not mean them for the other one.
    static let schemeKeys =
        Set([
            "color.background", "color.surface", "color.surface-raised", "color.text",
            "color.text-muted", "color.border", "color.link",
        ]).union(codeKeys)

    /// The contrast that WCAG 2.2 AA requires of text (success criterion 1.4.3).
    static let readableContrast = 4.5

    /// The share of the primary colour in `--tint`, the background of selected menu entries and of
    /// labels.
    static let tintShare = 0.12
}

extension Palette {
    /// The inputs of the derived colours; other tokens need not be computable.
    static let computedKeys = [
        "color.background", "color.surface", "color.text", "color.primary", "color.secondary",
    ]

    /// Returns the colour of a token, painted on the background; nil when only a browser can
    /// compute it.
    func color(_ key: String) -> Color? {
        guard let color = color(ofProperty: StyleToken.propertyName(ofKey: key), depth: 0) else {
            return nil
        }
        if color.alpha >= 1 { return color }
        guard key != "color.background", let background = self.color("color.background") else {
            return nil
        }
        return color.over(background)
    }

    private func color(ofProperty property: String, depth: Int) -> Color? {
        guard depth < 8, let value = properties[property],
            let notation = try? ColorNotation(parsing: value)
        else { return nil }
        if case .color(let color) = notation { return color }
        guard value.references.count == 1, value.text == "var(\(value.references[0]))" else {
            return nil
        }
        return color(ofProperty: value.references[0], depth: depth + 1)
    }
}

extension Palette {
    static let derivedKeys =
        [
            "color.border", "color.link", "color.on-primary", "color.on-secondary",
            "color.surface-raised",
        ] + codeKeys

    static let codeKeys = codeColors.map(\.key)

    /// The colours of highlighted code, each with the token that provides its hue.
    private static let codeColors = [
        (key: "color.code-keyword", source: "color.primary"),
        (key: "color.code-string", source: "color.success"),
        (key: "color.code-number", source: "color.warning"),
        (key: "color.code-comment", source: "color.text-muted"),
        (key: "color.code-name", source: "color.secondary"),
    ]

    /// Returns the derived colours by token key, except those that a token already sets.
    func derived() -> [String: String] {
        let text = color("color.text")
        let background = color("color.background")
        let surface = color("color.surface")
        let raised = raisedSurface(surface: surface, text: text)
        var colors = [
            "color.on-primary": onColor("color.primary"),
            "color.on-secondary": onColor("color.secondary"),
            "color.surface-raised": raised?.hex ?? Self.mix("text", 6, into: "surface"),
            "color.border": Self.mix("text", 18, into: "background"),
            "color.link": "var(--color-text)",
        ]
        if let text, let background {
            colors["color.border"] = background.mixed(with: text, share: 0.18).hex
        }
        if let primary = color("color.primary"), let background, let surface {
            let most = [background, surface] + (raised.map { [$0] } ?? [])
            let tints = most.map { tinted($0, with: primary) }
            let link = [most + tints, most, [background, surface]].lazy.compactMap {
                primary.shifted(toContrast: Self.readableContrast, on: $0)
            }.first
            colors["color.link"] = link?.hex ?? "var(--color-text)"
        }
        for (key, source) in Self.codeColors {
            var shifted: Color?
            if let background, let surface {
                shifted = color(source)?.shifted(
                    toContrast: Self.readableContrast, on: [background, surface])
            }
            colors[key] = shifted?.hex ?? "var(--color-text)"
        }
        return colors.filter { properties[StyleToken.propertyName(ofKey: $0.key)] == nil }
    }

    /// Returns a background with the tint over it, as a screen shows it.
    func tinted(_ ground: Color, with primary: Color) -> Color {
        ground.mixed(with: primary, share: Self.tintShare)
    }

    /// Returns a step above the surface: towards the text, less so where the surface is light.
    private func raisedSurface(surface: Color?, text: Color?) -> Color? {
        if properties["--color-surface-raised"] != nil { return color("color.surface-raised") }
        guard let surface, let text else { return nil }
        let isLight = surface.luminance > text.luminance
        return surface.mixed(with: text, share: isLight ? 0.035 : 0.07).rounded
    }

    private func onColor(_ key: String) -> String {
        guard let fill = color(key) else { return Color.white.hex }
        return fill.rounded.readableText.hex
    }

    private static func mix(_ color: String, _ percent: Int, into other: String) -> String {
        "color-mix(in srgb, var(--color-\(color)) \(percent)%, var(--color-\(other)))"
    }
}
