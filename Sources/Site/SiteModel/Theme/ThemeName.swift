/// The looks that a node can start from, as written in `style_overrides` under `"theme"`.
public enum ThemeName: String, Sendable, Hashable, Codable, CaseIterable {
    case dark, light
    /// Light, or dark for a visitor whose system requests it.
    case professional
}

extension ThemeName {
    /// The scheme shown when the visitor has chosen none.
    public var scheme: ColorScheme { self == .dark ? .dark : .light }

    /// Returns the preset with the colours of `scheme` for a site of this theme.
    func preset(for scheme: ColorScheme) -> ThemeName {
        switch scheme {
        case .dark: .dark
        case .light: self == .professional ? .professional : .light
        }
    }
}

/// Light text on dark, or dark text on light: the value of `<html data-scheme>` and `color-scheme`.
public enum ColorScheme: String, Sendable, Hashable, Codable, CaseIterable {
    case dark, light
}
