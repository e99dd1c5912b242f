import Core
import FoundationEssentials

@testable import Bundling
@testable import Rendering
@testable import SiteModel

/// A small site to be planned, of values alone: no row is read and nothing is compiled.
struct PlannedNode {
    var node = Node(
        id: "acme", name: "Acme", enabledApps: ["shared", "work"],
        metadata: ["base_url": "https://acme.example", "tagline": "Builds anvils."])
    var pages: [Page] = []
    var components: [Component] = [
        Component(key: Component.pageContentKey), Component(key: "card"), Component(key: "hero"),
    ]
    var frame: [FrameBlock] = []
    var hasDrafts = false
    var bundle = AssetBundle()
    var runtime = WorkerRuntime(prelude: "prelude", code: "code", explainingCode: "explaining")
    var engineVersion = "1"
    var theme = "light"
    var now = 1_764_000_000_000

    init() {
        bundle.document = .made(.document, "document")
        for key in ["single-column", "wide"] { bundle.layouts[key] = .made(.layout, key) }
        for key in ["card", "hero"] { bundle.components[key] = .made(.component, key) }
        pages = [Self.page("home", "/"), Self.page("about", "/about/")]
    }

    static func page(_ key: String, _ route: String) -> Page {
        Page(
            id: UUID(), key: key, app: "shared", name: key, route: route,
            updatedAtMilliseconds: 1_700_000_000_000)
    }

    func planner() throws -> RenderPlanner {
        let content = NodeContent(
            node: node, nodeIDs: [node.id, "other"], knownApps: ["shared", "work"], pages: pages,
            components: Dictionary(uniqueKeysWithValues: components.map { ($0.key, $0) }),
            frame: frame, tokens: [:], now: now, hasDrafts: hasDrafts)
        let (site, _) = Site.resolve(content, layouts: Set(bundle.layouts.keys), theme: theme)
        return try RenderPlanner(
            site: site, bundle: bundle, runtime: runtime, themeName: theme,
            engineVersion: engineVersion)
    }

    /// Plans a page of the node.
    func plan(_ body: PageBody, of key: String = "home") throws -> PlannedPage {
        guard let page = pages.first(where: { $0.key == key }) else { throw Missing() }
        let route = try Route(page.route, page: page.key)
        return try planner().plan(.init(page: page, route: route), body: body, now: now)
    }

    struct Missing: Error {}

    static func body(
        _ content: String = "", metadata: String = "{}", _ blocks: Block...
    ) -> PageBody {
        PageBody(
            pageID: UUID(), content: Array(content.utf8), metadata: Array(metadata.utf8),
            blocks: blocks)
    }
}

extension CompiledModule {
    static func made(_ kind: Kind, _ key: String, code: String? = nil) -> CompiledModule {
        CompiledModule(
            kind: kind, key: key, serverCode: code ?? "code of \(key)", sourceMap: .empty,
            context: [], mayListPages: false, codeField: "react_code")
    }
}

extension Block {
    init(_ key: String?, _ order: Int, _ zone: String = "main", conditions: String = "") {
        self.init(
            componentKey: key, order: order, zone: zone, props: Array(#"{"n": \#(order)}"#.utf8),
            conditions: Array(conditions.utf8))
    }
}
