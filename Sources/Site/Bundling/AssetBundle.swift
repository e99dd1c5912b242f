import SiteModel
public import System

/// The compiled components and files of a node's site that its pages share.
public struct AssetBundle: Sendable {
    /// Key → compiled component; components with errors are missing.
    public var components: [String: CompiledModule] = [:]
    public var layouts: [String: CompiledModule] = [:]
    public var document: CompiledModule?
    /// Files of the site other than its pages and the token sheet.
    public var assets: [Asset] = []
    /// The part of the site's style sheet after the tokens: base, layouts and the node's own styles,
    /// each in its cascade layer.
    public var siteStyles = ""
    /// The fonts that the first view of every page needs, which pages preload.
    public var fontPreloads: [String] = []
    /// The loader that pages with an island need.
    public var islandLoader: String?
    /// The node's own script, which every page loads.
    public var customScript: String?
    /// URL of each font by family.
    public var fonts: [(font: TemplateLibrary.Font, url: String)] = []
    /// File name in `branding/<node>/` → URL.
    public var brandingURLs: [String: String] = [:]
    /// The steps that were computed, and those reused from the cache.
    public var work = BundlingWork()
}

extension AssetBundle {
    /// The digest of everything in the bundle except `work`.
    ///
    /// Equal bundles give equal pages and files, so a build whose bundle is unchanged only renders pages
    /// with changes of their own.
    public var fingerprint: SHA256Digest {
        var hasher = SHA256Hasher()
        for modules in [
            Array(components.values), Array(layouts.values), document.map { [$0] } ?? [],
        ] {
            hasher.update(field: "\(modules.count)")
            for module in modules.sorted(by: { $0.key < $1.key }) {
                hasher.update(field: module.fingerprint)
            }
        }
        for asset in assets.sorted(by: { $0.path < $1.path }) {
            hasher.update(field: asset.path)
            hasher.update(field: asset.digest)
        }
        for part in [siteStyles, islandLoader ?? "", customScript ?? ""] + fontPreloads {
            hasher.update(field: part)
        }
        for (font, url) in fonts {
            for part in [font.family, "\(font.weight)", font.style.rawValue, url] {
                hasher.update(field: part)
            }
        }
        for (name, url) in brandingURLs.sorted(by: { $0.key < $1.key }) {
            hasher.update(field: name)
            hasher.update(field: url)
        }
        return hasher.finalize()
    }
}
