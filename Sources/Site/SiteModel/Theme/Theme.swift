/// How a node looks: its tokens after every overlay, in both colour schemes.
///
/// A theme is a value worked out by ``resolve(node:name:defaults:presets:layers:)``; its
/// ``stylesheet(fonts:)`` has the same bytes for the same tokens.
public struct Theme: Sendable, Hashable {
    public var name: ThemeName
    /// Every token but the colours of the schemes, by key.
    var values: [String: String]
    /// The colours, derived ones included, by key.
    var palettes: [ColorScheme: [String: String]]
}

extension Theme {
    /// The scheme shown when the visitor has chosen none.
    public var scheme: ColorScheme { name.scheme }

    /// A token's value, such as that of `color.primary` for `<meta name="theme-color">`.
    ///
    /// - Parameter scheme: for colours; the theme's own when nil.
    public func value(of key: String, in scheme: ColorScheme? = nil) -> String? {
        palettes[scheme ?? self.scheme]?[key] ?? values[key]
    }

    /// Every token of the theme's own scheme, derived colours included, sorted by key.
    public var tokens: [StyleToken] {
        values.merging(palettes[scheme] ?? [:]) { _, color in color }
            .sorted { $0.key < $1.key }
            .map { StyleToken(key: $0.key, value: $0.value) }
    }
}
