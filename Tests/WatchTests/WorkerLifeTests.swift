import AssetBundling
import ContentStore
import Planning
import SiteModel
import SystemSupport
import TestSupport
import Testing

@testable import Rendering
@testable import SitePipeline

/// How long a render worker lives under a watcher.
@Suite struct WorkerLifeTests {
    @Test func aWornWorkerIsReplacedAtRest() async throws {
        let site = try await TestSite(Rows.page("home", route: "/", content: "# Home"))
        let library = try TemplateLibrary(root: Directory(ProjectFolder.path))
        let bundler = try AssetBundler(
            searchPath: "/usr/local/bin:/usr/bin:/bin", cache: LiveSite.cache)
        let runtime = try await bundler.runtime(of: library)
        let store = ContentStore(of: site.database.target)
        let instant = try await store.open()
        let content = try await store.content(node: site.node, includesDrafts: false)
        let resolved = try SiteResolver(
            layouts: Set(library.layouts.keys), runtime: runtime, engineVersion: "1"
        ).resolve(
            content, look: try await SiteLook.make(for: content, library: library, bundler: bundler)
        )
        let page = try #require(resolved.site.pages.first)
        let body = try await store.bodies(of: [page.page])[0]
        await store.close()
        let job = try #require(resolved.planner.plan(page, body: body, now: instant.now).job)

        var limits = RenderPool.Limits()
        limits.pages = 2
        let pool = RenderPool(
            runtime: runtime, program: ProjectFolder.worker, count: 1, limits: limits)
        await pool.use(resolved.planner.setup)
        let first = try await pool.render([job])[0]
        let young = await pool.processes
        await pool.shrink(to: 1)
        #expect(await pool.processes == young)
        _ = try await pool.render([job])
        await pool.shrink(to: 1)
        let last = try await pool.render([job])[0]
        #expect(young.count == 1)
        #expect(await pool.processes.count == 1)
        #expect(await pool.processes != young)
        #expect(try html(of: first) == html(of: last))
    }

    private func html(of page: RenderedPage) throws -> [UInt8] {
        guard case .html(let bytes) = page.outcome else {
            throw CleanRender.Fault(description: "\(page)")
        }
        return bytes
    }
}
