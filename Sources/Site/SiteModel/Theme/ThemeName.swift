/// The looks a node can start from, as written in `style_overrides` under `"theme"`.
public enum ThemeName: String, Sendable, Hashable, Codable, CaseIterable {
    case dark, light
    /// Light, and dark for a visitor whose system asks for it.
    case professional
}

extension ThemeName {
    /// The scheme shown when the visitor has chosen none.
    public var scheme: ColorScheme { self == .dark ? .dark : .light }

    /// The preset that paints `scheme` on a site of this theme.
    func preset(for scheme: ColorScheme) -> ThemeName {
        switch scheme {
        case .dark: .dark
        case .light: self == .professional ? .professional : .light
        }
    }
}

/// Light text on dark, or dark text on light: what `<html data-scheme>` and `color-scheme` say.
public enum ColorScheme: String, Sendable, Hashable, Codable, CaseIterable {
    case dark, light
}
