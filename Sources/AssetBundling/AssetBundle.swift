/// Everything about a node's site that is made once and shared by its pages.
public struct AssetBundle: Sendable {
    /// Key → component that is ready to run; one that could not be compiled is missing.
    public var components: [String: CompiledModule] = [:]
    public var layouts: [String: CompiledModule] = [:]
    public var document: CompiledModule?
    /// Files of the site beside its pages and the token sheet.
    public var assets: [Asset] = []
    /// Style sheets that every page links, after the tokens.
    public var stylesheets: [String] = []
    /// The loader that pages with an island need.
    public var islandLoader: String?
    /// The node's own script, which every page loads.
    public var customScript: String?
    /// URL of each font by family.
    public var fonts: [(font: TemplateLibrary.Font, url: String)] = []
    /// File name in `branding/<node>/` → URL.
    public var brandingURLs: [String: String] = [:]
}
