import Bundling
import Core
import SiteModel
import System

/// The data of a site and of a page that a worker reads, as JSON.
extension RenderPlanner {
    static func nodeJSON(_ node: Node, theme: String, files: [String: String]) -> String {
        func file(_ stem: String) -> JSONValue {
            let name = files.keys.sorted().first { $0.hasUTF8Prefix(stem + ".") }
            return name.flatMap { files[$0] }.map(JSONValue.string) ?? .null
        }
        return JSONValue.object([
            "id": .string(node.id), "name": .string(node.name), "theme": .string(theme),
            "tagline": .string(node.tagline), "logo": file("logo"), "favicon": file("favicon"),
            "metadata": node.metadata,
        ]).text
    }

    /// Returns the title for tabs and search results: the page's title and the site's name, each
    /// once.
    static func title(_ title: String, on site: String) -> String {
        if title.isBlank { return site }
        if site.isBlank || title.utf8.elementsEqual(site.utf8) { return title }
        return "\(title) | \(site)"
    }

    /// The home page without a title of its own, which nodes share: what the site is called and does.
    static func homeTitle(of node: Node) -> String {
        var tagline = node.tagline
        tagline = tagline.droppingUTF8Suffix(".").map(String.init) ?? tagline
        if tagline.isBlank { return node.name }
        return node.name.isBlank ? tagline : "\(node.name): \(tagline)"
    }

    /// Returns `branding/<node>/social.png`, or the same image in another format that sites show
    /// with a link.
    static func socialImage(among files: [String: String]) -> String? {
        ["social.png", "social.jpg", "social.webp"].lazy.compactMap { files[$0] }.first
    }

    static func pageListJSON(_ pages: [Site.RoutedPage]) -> String {
        var json = JSONBytes(capacity: pages.count * 192)
        json.array(pages.lazy.filter { $0.file != Site.notFoundFile }) { json, routed in
            json.object {
                list(routed, in: &$0)
                $0.member("order", routed.page.menuOrder)
            }
        }
        return json.text
    }

    private static func list(_ routed: Site.RoutedPage, in json: inout JSONBytes) {
        let page = routed.page
        json.member("key", page.key)
        json.member("route", routed.route.text)
        json.member("name", page.name)
        json.member("title", page.title)
        json.member("description", page.metaDescription)
        json.member("app", page.app)
    }

    static func pageJSON(_ routed: Site.RoutedPage, metadata: String) -> String {
        var json = JSONBytes(capacity: 256 + metadata.utf8.count)
        json.object {
            list(routed, in: &$0)
            $0.member(
                "updatedAt", isoTimestamp(milliseconds: routed.page.updatedAtMilliseconds))
            $0.name("metadata")
            $0.raw(metadata)
        }
        return json.text
    }

    /// - Parameter sheet: the path of the style sheet of the page's components.
    func headJSON(
        _ routed: Site.RoutedPage, metadata: PageMetadata, pieces: [RenderJob.Piece],
        sheet: String?
    ) -> String {
        let language = metadata.language ?? PageMetadata.defaultLanguage
        let styles = ["/" + AssetBundle.siteSheet] + (sheet.map { ["/" + $0] } ?? [])
        var modules: [String] = []
        var preloads: [String] = []
        var hasIslands = false
        for piece in pieces {
            guard case .component(let index, _) = piece.content else { continue }
            let component = setup.components[index]
            if let module = component.behaviourSource, !modules.contains(module) {
                modules.append(module)
            }
            guard let source = component.islandSource else { continue }
            hasIslands = true
            // Modules that hydrate at once are preloaded; those that wait for an event are not.
            guard component.hydrate == .load else { continue }
            for url in [source] + component.islandPreloads where !preloads.contains(url) {
                preloads.append(url)
            }
        }
        if hasIslands, let loader = bundle.islandLoader { modules.append(loader) }
        if let script = bundle.customScript { modules.append(script) }
        let page = routed.page
        let image = (metadata.image ?? socialImage).map {
            $0.hasUTF8Prefix("/") ? baseURL + $0 : $0
        }
        let isHome = routed.route.text == "/"
        let isUntitledHome = isHome && page.metaTitle.isBlank && !node.tagline.isBlank
        let title = isUntitledHome ? Self.homeTitle(of: node) : page.title
        let documentTitle =
            metadata.documentTitle
            ?? (isUntitledHome ? title : Self.title(title, on: node.name))
        let description =
            isHome && page.metaDescription.isBlank ? node.tagline : page.metaDescription
        var json = JSONBytes(capacity: 1024)
        json.object { json in
            json.member("title", title)
            json.member("documentTitle", documentTitle)
            json.member("description", description)
            json.member("canonical", baseURL + routed.route.percentEncoded)
            json.member("siteName", node.name)
            json.member("image", image)
            json.member("language", language)
            json.member("robots", page.isHiddenFromSearch || isPreview ? "noindex" : nil)
            json.name("styles")
            json.array(styles) { $0.string($1) }
            json.name("modules")
            json.array(modules) { $0.string($1) }
            json.name("preloads")
            // A font is named only in a style sheet, so without a preload it would be requested
            // after that.
            let fonts = bundle.fontPreloads.map { (url: $0, isFont: true) }
            json.array(fonts + preloads.map { (url: $0, isFont: false) }) { json, preload in
                json.object {
                    $0.member("href", preload.url)
                    $0.member("as", preload.isFont ? "font" : "modulepreload")
                    $0.member("type", preload.isFont ? Self.fontType(preload.url) : nil)
                    $0.member("crossOrigin", preload.isFont)
                }
            }
        }
        return json.text
    }

    private static func fontType(_ url: String) -> String {
        "font/" + (url.splitUTF8(separator: ".").last ?? "woff2")
    }
}
