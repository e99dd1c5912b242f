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
        var text = "["
        for routed in pages where routed.file != Site.notFoundFile {
            if text.utf8.count > 1 { text += "," }
            text += "{\(listedFields(routed)),\"order\":\(routed.page.menuOrder)}"
        }
        return text + "]"
    }

    static func listedFields(_ routed: Site.RoutedPage) -> String {
        let page = routed.page
        return
            #""key":\#(JSONValue.quote(page.key)),"route":\#(JSONValue.quote(routed.route.text)),"#
            + #""name":\#(JSONValue.quote(page.name)),"#
            + #""title":\#(JSONValue.quote(page.title)),"#
            + #""description":\#(JSONValue.quote(page.metaDescription)),"#
            + #""app":\#(JSONValue.quote(page.app))"#
    }

    static func pageJSON(_ routed: Site.RoutedPage, metadata: String) -> String {
        let time = isoTimestamp(milliseconds: routed.page.updatedAtMilliseconds)
        return #"{\#(listedFields(routed)),"updatedAt":"\#(time)","metadata":\#(metadata)}"#
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
        let robots = page.isHiddenFromSearch || isPreview ? "\"noindex\"" : "null"
        func list(_ urls: [String]) -> String {
            "[" + urls.map(JSONValue.quote).joined(separator: ",") + "]"
        }
        // A font is named only in a style sheet, so without a preload it would be requested after
        // that.
        let fontList = bundle.fontPreloads.map { url in
            let format = url.splitUTF8(separator: ".").last.map(String.init) ?? "woff2"
            return #"{"href":\#(JSONValue.quote(url)),"as":"font","#
                + #""type":\#(JSONValue.quote("font/" + format)),"crossOrigin":true}"#
        }
        let preloadList =
            fontList
            + preloads.map {
                #"{"href":\#(JSONValue.quote($0)),"as":"modulepreload","type":null,"crossOrigin":false}"#
            }
        return #"{"title":\#(JSONValue.quote(title)),"#
            + #""documentTitle":\#(JSONValue.quote(documentTitle)),"#
            + #""description":\#(JSONValue.quote(description)),"#
            + #""canonical":\#(JSONValue.quote(baseURL + routed.route.percentEncoded)),"#
            + #""siteName":\#(JSONValue.quote(node.name)),"#
            + #""image":\#(image.map(JSONValue.quote) ?? "null"),"#
            + #""language":\#(JSONValue.quote(language)),"robots":\#(robots),"#
            + #""styles":\#(list(styles)),"modules":\#(list(modules)),"#
            + #""preloads":[\#(preloadList.joined(separator: ","))]}"#
    }
}
