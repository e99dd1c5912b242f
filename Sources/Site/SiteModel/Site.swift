public import Core
public import FoundationEssentials

/// One node's site with every reference resolved: routes are unique and safe, layouts exist, the
/// menu is in order.
public struct Site: Sendable {
    /// A page with its checked address.
    public struct RoutedPage: Sendable, Hashable {
        public var page: Page
        public var route: Route
        /// The page's file below the site's root.
        public var file: String

        init(page: Page, route: Route) {
            self.page = page
            self.route = route
            file = route.text == Site.notFoundRoute ? Site.notFoundFile : route.file
        }
    }

    public struct MenuEntry: Sendable, Hashable {
        public var label: String
        public var route: String
        public var app: String
    }

    public let node: Node
    /// Sorted by route.
    public private(set) var pages: [RoutedPage]
    public let menu: [MenuEntry]
    public private(set) var placement: BlockPlacement
    /// Pages that are placed as in the newest release, whatever their rows say.
    public private(set) var retained: Set<UUID>
    /// Pages whose app, route or layout is invalid.
    public let unplaced: Set<UUID>
    /// Whether the site has unpublished pages, so that search engines are asked not to index it.
    public let isPreview: Bool

    /// The file that servers send, with status 404, for unknown addresses.
    public static let notFoundFile = "404.html"
    static let notFoundRoute = "/404/"

    /// Resolves `content`, collecting every error. `PagePlacement` determines the places of pages.
    ///
    /// - Parameters:
    ///   - layouts: the keys of the existing layouts.
    ///   - theme: the name of the node's theme, which conditions may name.
    ///   - held: pages that are placed as in the newest release.
    ///   - isPublished: whether the newest release has a page; when `held` has no outline of it, its
    ///     row is unchanged since then.
    public static func resolve(
        _ content: NodeContent, layouts: Set<String>, theme: String,
        held: HeldPages = HeldPages(), isPublished: (UUID) -> Bool = { _ in false }
    ) -> (site: Site, diagnostics: [Diagnostic]) {
        var diagnostics = content.appFaults
        diagnostics += content.strayPages.map(content.strayFault)
        diagnostics += Frame.strays(in: content, layouts: layouts)
        diagnostics += content.node.metadataFaults

        let placed = PagePlacement(
            content.pages, layouts: layouts, held: held, isPublished: isPublished,
            rowFault: {
                content.node.builds($0.app) ? $0.sizeFault : content.strayFault(of: $0)
            })
        diagnostics += placed.diagnostics
        var routed = placed.pages

        let menu = routed.filter { $0.page.menuLabel != nil }
            .sorted {
                ($0.page.menuOrder, $0.page.menuLabel ?? "", $0.route.text)
                    < ($1.page.menuOrder, $1.page.menuLabel ?? "", $1.route.text)
            }
            .map {
                MenuEntry(label: $0.page.menuLabel ?? "", route: $0.route.text, app: $0.page.app)
            }
        if !routed.contains(where: { $0.file == notFoundFile }),
            let builtIn = builtInNotFoundPage(layouts: layouts)
        {
            routed.append(builtIn)
        }
        let apps = content.acceptedApps
        let site = Site(
            node: content.node, pages: routed, menu: menu,
            placement: BlockPlacement(
                components: content.components,
                conditions: .init(
                    node: content.node.id, apps: content.node.apps, theme: theme, now: content.now),
                knownApps: apps, nodeIDs: content.nodeIDs,
                frame: Frame(
                    content.frame, of: content.node.id, apps: apps,
                    nodes: content.nodeIDs)),
            retained: placed.retained, unplaced: placed.unplaced, isPreview: content.hasDrafts)
        return (site, diagnostics)
    }

    /// Replaces a page whose place in the site is unchanged: only its own rendering is affected.
    ///
    /// - Precondition: `page.isPlaced(like:)` the existing page.
    ///
    /// - Parameter isRetained: whether `page` is the version of the newest release.
    public mutating func replacePage(at index: Int, with page: Page, isRetained: Bool = false) {
        pages[index].page = page
        if isRetained { retained.insert(page.id) } else { retained.remove(page.id) }
    }

    /// Sets the components that pages now place. The places of pages do not depend on them.
    public mutating func replaceComponents(with components: [String: Component]) {
        placement.components = components
    }

    /// A page for sites without one at route `/404/`.
    private static func builtInNotFoundPage(layouts: Set<String>) -> RoutedPage? {
        guard layouts.contains("single-column"),
            let route = try? Route(notFoundRoute, page: "404")
        else { return nil }
        let page = Page(
            id: builtInNotFoundID, key: "404", app: "shared", name: "Page not found",
            route: notFoundRoute, metaDescription: "There is no page at this address.")
        return RoutedPage(page: page, route: route)
    }

    /// The nil UUID: no row has it.
    public static let builtInNotFoundID = UUID(
        uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))

    /// The bodies of pages that have no row.
    public static let builtInBodies: [UUID: PageBody] = [
        builtInNotFoundID: PageBody(
            pageID: builtInNotFoundID,
            // No link: not every site has a page at '/'.
            content: Array("# Page not found\n\nThere is no page at this address.\n".utf8),
            metadata: Array("{}".utf8))
    ]
}
