import SiteModel

/// The tokens, presets and nodes that the project ships, as far as themes are concerned.
enum ShippedTokens {
    static let defaults: [StyleToken] = [
        "color.primary": "#8B5CF6", "color.secondary": "#EC4899", "color.background": "#0F172A",
        "color.surface": "#1E293B", "color.text": "#F1F5F9", "color.text-muted": "#94A3B8",
        "color.success": "#10B981", "color.warning": "#F59E0B", "color.error": "#EF4444",
        "font.heading": "'Inter', system-ui, sans-serif",
        "font.body": "'Inter', system-ui, sans-serif",
        "font.mono": "'JetBrains Mono', ui-monospace, monospace",
        "font.size.base": "1rem", "font.size.2xl": "clamp(1.5rem, 1.2rem + 1.5vw, 2rem)",
        "spacing.md": "1rem", "shadow.md": "0 4px 6px -1px rgb(0 0 0 / 0.3)",
        "animation.fast": "150ms", "animation.ease": "cubic-bezier(0.4, 0, 0.2, 1)",
    ].map { StyleToken(key: $0.key, value: $0.value) }

    static let presets: [String: [String: String]] = [
        "dark": ["shadow.md": "0 4px 8px rgb(0 0 0 / 0.4)"],
        "light": [
            "color.background": "#F8FAFC", "color.surface": "#FFFFFF", "color.text": "#0F172A",
            "color.text-muted": "#475569",
        ],
        "professional": [
            "color.background": "#FFFFFF", "color.surface": "#F6F7F9", "color.text": "#111827",
            "color.text-muted": "#4B5563",
        ],
    ]

    /// The branding row of a shipped node, as `style_overrides` has it.
    static let branding: [String: [String: String]] = [
        "testpilot": ["theme": "professional", "color.primary": "#FF6B35"],
        "vengeance-local": [
            "theme": "dark", "color.primary": "#8B5CF6",
            "font.heading": "\"Press Start 2P\", monospace",
        ],
        "aurora-town-local": [
            "theme": "light", "color.primary": "#3B82F6", "font.heading": "Montserrat, sans-serif",
        ],
    ]

    static func theme(of node: String) -> Theme {
        Theme.resolve(
            node: node, name: nil, defaults: defaults, presets: presets,
            layers: [branding[node] ?? [:]]
        ).theme
    }
}
