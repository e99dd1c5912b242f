/// How a node looks: its tokens after every overlay, in both colour schemes.
///
/// ``resolve(node:name:defaults:presets:layers:)`` computes a theme; its ``stylesheet(fonts:)`` has
/// the same bytes for the same tokens.
public struct Theme: Sendable, Hashable {
    public var name: ThemeName
    /// All tokens except the colours of the schemes, by key.
    var values: [String: String]
    /// The colours, including derived ones, by key.
    var palettes: [ColorScheme: [String: String]]
}

extension Theme {
    /// The scheme shown when the visitor has chosen none.
    public var scheme: ColorScheme { name.scheme }

    /// Returns a token's value, such as that of `color.primary` for `<meta name="theme-color">`.
    ///
    /// - Parameter scheme: the scheme of a colour; the theme's own when nil.
    public func value(of key: String, in scheme: ColorScheme? = nil) -> String? {
        palettes[scheme ?? self.scheme]?[key] ?? values[key]
    }

    /// All tokens of the theme's own scheme, including derived colours, sorted by key.
    public var tokens: [StyleToken] {
        values.merging(palettes[scheme] ?? [:]) { _, color in color }
            .sorted { $0.key < $1.key }
            .map { StyleToken(key: $0.key, value: $0.value) }
    }
}
