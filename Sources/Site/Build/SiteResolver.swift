import Bundling
import Core
import FoundationEssentials
import Rendering
import SiteModel

/// Builds the site and its planner from content and look.
struct SiteResolver: Sendable {
    var layouts: Set<String>
    var runtime: WorkerRuntime
    var engineVersion: String

    struct Resolved {
        var site: Site
        var faults: [Diagnostic]
        var planner: RenderPlanner
        var links: LinkChecker
        /// The parts of the sitemap.
        var parts: [[Int]]
        /// Page id → index into the site's pages.
        var positions: [UUID: Int]
    }

    func resolve(
        _ content: NodeContent, look: SiteLook, held: HeldPages = HeldPages(),
        isPublished: (UUID) -> Bool = { _ in false }
    ) throws -> Resolved {
        let theme = look.theme.name.rawValue
        var content = content
        content.node = look.node
        let (site, faults) = Site.resolve(
            content, layouts: layouts, theme: theme, held: held, isPublished: isPublished)
        var positions: [UUID: Int] = [:]
        positions.reserveCapacity(site.pages.count)
        for (index, routed) in site.pages.enumerated() { positions[routed.page.id] = index }
        return Resolved(
            site: site, faults: faults, planner: try planner(for: site, look: look),
            links: LinkChecker(site: site), parts: CrawlerFiles.parts(of: site),
            positions: positions)
    }

    func planner(for site: Site, look: SiteLook) throws -> RenderPlanner {
        try RenderPlanner(
            site: site, bundle: look.bundle, runtime: runtime, themeName: look.theme.name.rawValue,
            engineVersion: engineVersion)
    }
}
