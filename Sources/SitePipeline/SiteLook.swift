import AssetBundling
import Diagnostics
import SiteModel
import SystemSupport
import Theme
import UTF8Text

/// What is made once and shared by the pages of a node: its theme, its compiled components, its
/// scripts, styles and pictures.
struct SiteLook: Sendable {
    var theme: Theme
    var bundle: AssetBundle
    /// The fonts that the theme mentions, which are part of the bundle.
    private var fonts: [TemplateLibrary.Font]
    private var themeFaults: [Diagnostic]
    private var bundleFaults: [Diagnostic]

    /// Where all of its files are, below the site's root.
    var paths: Set<String> { Set(assets.map(\.path)) }

    var diagnostics: [Diagnostic] { themeFaults + bundleFaults }

    /// Whether the node's own rows are right; what is wrong with a component concerns its pages only.
    var isSound: Bool {
        !diagnostics.contains {
            $0.severity == .error && ($0.location.token != nil || $0.location.node != nil)
        }
    }

    /// Every file of it: the bundle's, and the token sheet, whose name never changes.
    var assets: [Asset] { bundle.assets + [tokens] }

    var tokens: Asset {
        let faces = bundle.fonts.map { Self.face($0.font, url: $0.url) }
        return Asset(
            path: "assets/tokens.css", bytes: Array(theme.stylesheet(fonts: faces).utf8))
    }

    static func make(
        for content: SiteContent, library: TemplateLibrary, bundler: AssetBundler
    ) async throws -> SiteLook {
        let (theme, themeFaults) = try resolveTheme(of: content, library: library)
        let fonts = fonts(of: theme, in: library)
        var library = library
        library.fonts = fonts
        let (bundle, bundleFaults) = try await bundler.bundle(
            components: Array(content.components.values), node: content.node, library: library)
        return SiteLook(
            theme: theme, bundle: bundle, fonts: fonts, themeFaults: themeFaults,
            bundleFaults: bundleFaults)
    }

    /// The same look with other tokens, when that is all there is to it: the theme's name, which
    /// pages may show, and the fonts are as they were.
    func retoned(for content: SiteContent, library: TemplateLibrary) throws -> SiteLook? {
        let (theme, faults) = try Self.resolveTheme(of: content, library: library)
        guard theme.name == self.theme.name, Self.fonts(of: theme, in: library) == fonts else {
            return nil
        }
        var look = self
        look.theme = theme
        look.themeFaults = faults
        return look
    }

    /// This look, which was good, with what is wrong with the one that should have followed it.
    func keeping(faultsOf next: SiteLook) -> SiteLook {
        var look = self
        look.themeFaults = next.themeFaults
        look.bundleFaults = next.bundleFaults
        return look
    }

    private static func resolveTheme(
        of content: SiteContent, library: TemplateLibrary
    ) throws -> (Theme, [Diagnostic]) {
        let branding = try library.branding(of: content.node.id)
        // Asked for keys that are none of the shipped ones, which few sites have.
        var readers: CustomPropertyReaders?
        return Theme.resolve(
            node: content.node.id, name: content.node.theme,
            defaults: content.tokens.map { StyleToken(key: $0.key, value: $0.value) },
            presets: library.themePresets, layers: [branding.tokens, content.node.styleOverrides]
        ) { property in
            let found = readers ?? CustomPropertyReaders(of: content, library: library)
            readers = found
            return found.names.contains(property)
        }
    }

    /// A site carries the fonts that its tokens mention, and no other.
    private static func fonts(
        of theme: Theme, in library: TemplateLibrary
    ) -> [TemplateLibrary.Font] {
        library.fonts.filter { !theme.fonts(from: [face($0, url: "/")]).isEmpty }
    }

    private static func face(_ font: TemplateLibrary.Font, url: String) -> FontFace {
        let weights = font.weight.splitUTF8(separator: " ").compactMap { Int($0) }
        let lowest = weights.min() ?? 400
        return FontFace(
            family: font.family, url: url, weight: lowest...(weights.max() ?? lowest),
            style: FontFace.Style(rawValue: font.style) ?? .normal)
    }
}
