public import Core

extension Theme {
    /// The key in a layer that names the theme instead of setting a token.
    public static let nameKey = "theme"

    /// Overlays tokens: `defaults` ← the preset of the theme's name ← each of `layers` in turn.
    ///
    /// Every error is collected, and a refused value leaves the one beneath it in place, so that
    /// one call shows an admin everything that is wrong.
    ///
    /// - Parameters:
    ///   - node: the node's id, for diagnostics.
    ///   - name: the theme's name; when nil, the last layer with the key `theme` sets it, and
    ///     otherwise it is dark.
    ///   - presets: tokens by theme name.
    ///   - layers: tokens by key, weakest first: those of the branding file, then those of the row.
    ///   - isRead: whether a style sheet, a script or a component reads a custom property; nil when
    ///     that is not known.
    public static func resolve(
        node: String, name: String?, defaults: [StyleToken], presets: [String: [String: String]],
        layers: [[String: String]], isRead: ((String) -> Bool)? = nil
    ) -> (theme: Theme, diagnostics: [Diagnostic]) {
        var overlay = TokenOverlay(node: node)
        let themeName = themeName(name ?? layers.compactMap { $0[nameKey] }.last, in: &overlay)
        let base = overlay.read(
            Dictionary(defaults.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 }),
            field: "default_value")
        var readPresets: [ThemeName: [String: TokenValue]] = [:]
        for preset in ThemeName.allCases {
            guard let tokens = presets[preset.rawValue] else { continue }
            readPresets[preset] = overlay.read(tokens, field: "\(preset.rawValue) preset")
        }
        var shipped = StyleToken.shippedKeys.union(Palette.derivedKeys)
        for preset in readPresets.values { shipped.formUnion(preset.keys) }
        let read = layers.map { overlay.read($0) }
        let referenced = Set(
            ([base] + readPresets.values + read).flatMap { $0.values.flatMap(\.references) })
        let isUsed = isRead.map { isRead in { referenced.contains($0) || isRead($0) } }
        // An unused default is a definition; one that is nearly a shipped token is a mistake.
        overlay.warnAboutUnknownKeys(
            base.keys.filter {
                !shipped.contains($0) && TokenNearMiss.find(for: $0, among: shipped) != nil
            }, known: shipped, isRead: isUsed, field: "default_value")
        let known = shipped.union(base.keys)
        var overrides: [String: TokenValue] = [:]
        for tokens in read {
            overlay.warnAboutUnknownKeys(tokens.keys, known: known, isRead: isUsed)
            overrides.merge(tokens) { $1 }
        }

        func overlaid(_ preset: ThemeName, _ overrides: [String: TokenValue]) -> [String:
            TokenValue]
        {
            base.merging(readPresets[preset] ?? [:]) { $1 }.merging(overrides) { $1 }
        }
        let own = checked(overlaid(themeName, overrides), in: &overlay)
        var palettes: [ColorScheme: [String: String]] = [:]
        for scheme in ColorScheme.allCases {
            let palette: Palette
            if scheme == themeName.scheme {
                palette = Palette(own)
                for warning in palette.warnings(node: node) { overlay.report(warning) }
            } else {
                let brand = overrides.filter { !Palette.schemeKeys.contains($0.key) }
                palette = Palette(
                    checked(overlaid(themeName.preset(for: scheme), brand), in: &overlay))
            }
            palettes[scheme] = palette.values.mapValues(\.text)
                .merging(palette.derived()) { token, _ in token }
        }
        let theme = Theme(
            name: themeName, values: own.filter { !Palette.isColor($0.key) }.mapValues(\.text),
            palettes: palettes)
        return (theme, overlay.diagnostics)
    }

    private static func themeName(_ name: String?, in overlay: inout TokenOverlay) -> ThemeName {
        guard let name else { return .dark }
        if let known = ThemeName(rawValue: name) { return known }
        overlay.report(
            Diagnostic(
                .badBranding, "there is no theme '\(name)'",
                at: .init(node: overlay.node, token: nameKey),
                hint: suggestion(for: name, among: ThemeName.allCases.map(\.rawValue))))
        return .dark
    }

    /// Returns the tokens without those that would write a custom property twice or form a cycle.
    private static func checked(
        _ tokens: [String: TokenValue], in overlay: inout TokenOverlay
    ) -> [String: TokenValue] {
        var tokens = tokens
        var keys: [String: String] = [:]
        for key in tokens.keys.sorted() {
            let property = StyleToken.propertyName(ofKey: key)
            if let other = keys[property] {
                overlay.report(
                    "'\(key)' and '\(other)' are both written as \(property)", token: key,
                    hint: "rename one of the two")
                tokens[key] = nil
            } else {
                keys[property] = key
            }
        }
        for key in tokens.keys.sorted() {
            guard let value = tokens[key] else { continue }
            if refers(value, to: StyleToken.propertyName(ofKey: key), among: tokens, keys: keys) {
                overlay.report(
                    "the value refers to itself", token: key, hint: "write a value instead")
                tokens[key] = nil
            } else {
                warnAboutReferences(of: value, key: key, known: keys.keys, in: &overlay)
            }
        }
        return tokens
    }

    /// Warns about references close to a token's name; any other property may come from custom CSS.
    private static func warnAboutReferences(
        of value: TokenValue, key: String, known properties: some Collection<String>,
        in overlay: inout TokenOverlay
    ) {
        for reference in value.references where !properties.contains(reference) {
            let derived = Palette.derivedKeys.map(StyleToken.propertyName(ofKey:))
            guard !derived.contains(reference),
                let near = nearMiss(for: reference, among: Array(properties) + derived)
            else { continue }
            overlay.report(
                "no token is written as \(reference)", token: key,
                hint: "did you mean 'var(\(near))'?", severity: .warning)
        }
    }

    /// Whether following the references of `value` leads to `property`.
    private static func refers(
        _ value: TokenValue, to property: String, among tokens: [String: TokenValue],
        keys: [String: String]
    ) -> Bool {
        var pending = value.references
        var seen: Set<String> = []
        while let reference = pending.popLast() {
            if reference == property { return true }
            guard seen.insert(reference).inserted, let key = keys[reference] else { continue }
            pending += tokens[key]?.references ?? []
        }
        return false
    }
}
