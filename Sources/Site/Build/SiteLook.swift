import Bundling
import Core
import SiteModel
import System

/// What is made once and shared by the pages of a node: its theme, its compiled components, its
/// scripts, styles and pictures.
struct SiteLook: Sendable {
    var theme: Theme
    var bundle: AssetBundle
    /// The node as the site shows it: where the row is wrong, as it was published last.
    private(set) var node: Node
    /// The values that a later look keeps where its rows are wrong.
    private(set) var branding: NodeBranding
    /// The fonts that the theme mentions, which are part of the bundle.
    private var fonts: [TemplateLibrary.Font]
    private var rowFaults: [Diagnostic]
    private var themeFaults: [Diagnostic]
    private var bundleFaults: [Diagnostic]
    private var libraryWarnings: [Diagnostic]

    /// Where all of its files are, below the site's root. Every build asks for them.
    let paths: Set<ExactText>

    var diagnostics: [Diagnostic] { rowFaults + themeFaults + bundleFaults + libraryWarnings }

    /// Whether the node's own rows are right; what is wrong with a component concerns its pages only.
    var isSound: Bool {
        !diagnostics.contains {
            $0.severity == .error && ($0.location.token != nil || $0.location.node != nil)
        }
    }

    /// Every file of it but the sheets of pages: the bundle's, and the site's style sheet, whose name
    /// never changes.
    var assets: [Asset] { bundle.assets + [siteSheet] }

    var siteSheet: Asset {
        let faces = bundle.fonts.map { Self.face($0.font, url: $0.url) }
        let css = theme.stylesheet(fonts: faces) + bundle.siteStyles
        return Asset(path: AssetBundle.siteSheet, bytes: Array(css.utf8))
    }

    /// - Parameter published: what the newest release was made with. Values that are wrong keep what
    ///   it has; without it, they count as not given.
    static func make(
        for content: NodeContent, input: BuildInput, published: NodeBranding? = nil
    ) async throws -> SiteLook {
        var sound = content
        sound.node.repairMetadata(from: published?.metadata ?? [:])
        let nameFaults = [content.node.nameFault].compactMap(\.self)
        if !nameFaults.isEmpty { sound.node.name = published?.name ?? content.node.id }
        if sound.node.isUnreadable("style_overrides") {
            sound.node.styleOverrides = published?.overrides ?? [:]
            sound.node.theme = published?.theme
        }
        sound.node.unreadable = []
        let tokens = try ResolvedTokens(of: sound, input: input, published: published)
        var library = input.library
        let fonts = fonts(of: tokens.theme, in: library)
        library.fonts = fonts
        let components = Array(content.components.values)
        var (bundle, bundleFaults) = try await input.bundler.bundle(
            components: components, node: sound.node, library: library,
            branding: input.branding)
        if sound.node.repairCode(bundleFaults, from: published) {
            bundle = try await input.bundler.bundle(
                components: components, node: sound.node, library: library,
                branding: input.branding
            ).bundle
        }
        var look = SiteLook(
            theme: tokens.theme, bundle: bundle, node: sound.node,
            branding: tokens.branding(of: sound.node), fonts: fonts,
            rowFaults: content.node.unreadable + nameFaults + content.node.metadataFaults,
            themeFaults: tokens.faults, bundleFaults: bundleFaults,
            libraryWarnings: library.warnings,
            paths: Set(
                (bundle.assets.map(\.path) + [AssetBundle.siteSheet]).map(ExactText.init)))
        look.bundle.fontPreloads = firstFonts(of: tokens.theme, in: bundle)
        look.node.styleOverrides = tokens.content.node.styleOverrides
        return look
    }

    /// The same look with other tokens, when that is all there is to it: the theme's name, which
    /// pages may show, and the fonts are as they were.
    func retoned(for content: NodeContent, input: BuildInput) throws -> SiteLook? {
        var sound = content
        sound.node.customCSS = node.customCSS
        sound.node.customScripts = node.customScripts
        if sound.node.isUnreadable("style_overrides") {
            sound.node.styleOverrides = branding.overrides
            sound.node.theme = branding.theme
        }
        let tokens = try ResolvedTokens(of: sound, input: input, published: branding)
        guard tokens.theme.name == theme.name,
            Self.fonts(of: tokens.theme, in: input.library) == fonts,
            Self.firstFonts(of: tokens.theme, in: bundle) == bundle.fontPreloads
        else { return nil }
        var look = self
        look.theme = tokens.theme
        look.themeFaults = tokens.faults
        look.libraryWarnings = input.library.warnings
        look.node.styleOverrides = tokens.content.node.styleOverrides
        look.branding = tokens.branding(of: look.node)
        return look
    }

    /// A site carries the fonts that its tokens mention, and no other.
    private static func fonts(
        of theme: Theme, in library: TemplateLibrary
    ) -> [TemplateLibrary.Font] {
        library.fonts.filter { !theme.fonts(from: [face($0, url: "/")]).isEmpty }
    }

    /// The URLs of the fonts in which headings and running text are set.
    private static func firstFonts(of theme: Theme, in bundle: AssetBundle) -> [String] {
        theme.firstFonts(among: bundle.fonts.map { face($0.font, url: $0.url) }).map(\.url)
    }

    private static func face(_ font: TemplateLibrary.Font, url: String) -> FontFace {
        FontFace(
            family: font.family, url: url, weight: font.weight, style: font.style,
            fallbacks: font.fallbacks)
    }
}

extension Node {
    /// Replaces custom styles and scripts that cannot be compiled with the published ones.
    ///
    /// - Returns: whether there is something to compile in their place.
    fileprivate mutating func repairCode(
        _ faults: [Diagnostic], from published: NodeBranding?
    ) -> Bool {
        var isReplaced = false
        for fault in faults where fault.severity == .error && fault.location.node == id {
            switch fault.location.field {
            case "custom_css": customCSS = published?.customCSS ?? ""
            case "custom_scripts": customScripts = published?.customScripts ?? ""
            default: continue
            }
            isReplaced = isReplaced || published != nil
        }
        return isReplaced
    }
}
