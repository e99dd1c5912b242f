import Bundling
import Content
import Core
import SiteModel
import System
import TestSupport
import Testing

@testable import Build
@testable import Rendering

/// How long a render worker lives under a watcher.
@Suite struct WorkerLifeTests {
    @Test func aWornWorkerIsReplacedAtRest() async throws {
        let site = try await PlannedSite(Rows.page("home", route: "/", content: "# Home"))
        let (setup, job) = try await site.plan()
        var limits = RenderPool.Limits()
        limits.pages = 2
        let pool = site.pool(limits)
        await pool.use(setup)
        let first = try await pool.html(of: job)
        let young = await pool.processes
        await pool.shrink(to: 1)
        #expect(await pool.processes == young)
        _ = try await pool.html(of: job)
        await pool.shrink(to: 1)
        let last = try await pool.html(of: job)
        #expect(young.count == 1)
        #expect(await pool.processes.count == 1)
        #expect(await pool.processes != young)
        #expect(first == last)
    }

    /// The process goes on with other components, and what the code of the old ones did to their
    /// world is gone.
    @Test func editedComponentsBeginInANewWorld() async throws {
        let site = try await PlannedSite(
            Rows.page("home", route: "/")
                + Rows.component("note", code: leaving("Before"))
                + Rows.block(on: "home", "note", order: 1))
        let pool = site.pool()
        let (before, job) = try await site.plan()
        await pool.use(before)
        let first = try await pool.html(of: job)
        #expect(first.contains("<p>Before 1</p>"))
        let process = await pool.processes

        try site.edit(
            """
            UPDATE robbieblocks_components SET react_code = $c$\(leaving("After"))$c$
            WHERE component_key = 'note'
            """)
        let (after, again) = try await site.plan()
        await pool.use(after)
        let second = try await pool.html(of: again)
        #expect(second.contains("<p>After 1</p>"))
        #expect(await pool.processes == process)
    }

    /// The memory of each context, which holds all pages, is released while the worker is idle.
    @Test func editsOfComponentsLeaveNoMemoryBehind() async throws {
        let site = try await PlannedSite(
            Rows.page("home", route: "/")
                + Rows.component("note", code: leaving("0"))
                + Rows.block(on: "home", "note", order: 1)
                    + """
                    INSERT INTO robbieblocks_pages
                        (page_key, app_namespace, page_name, page_route, status)
                    SELECT 'p' || n, 'shared', 'The page of number ' || n, '/pages/' || n || '/',
                        'published'
                    FROM generate_series(1, 4000) AS n;
                    """)
        let pool = site.pool()
        func edit(_ number: Int) async throws {
            try site.edit(
                """
                UPDATE robbieblocks_components SET react_code = $c$\(leaving("\(number)"))$c$
                WHERE component_key = 'note'
                """)
            let (setup, job) = try await site.plan()
            await pool.use(setup)
            #expect(try await pool.html(of: job).contains("<p>\(number) 1</p>"))
        }
        for number in 1...3 { try await edit(number) }
        let process = try #require(await pool.processes.first)
        let before = try Self.residentBytes(of: process)
        for number in 4...15 { try await edit(number) }
        #expect(await pool.processes == [process])
        try await waitUntil("what the worlds took is given back") {
            try Self.residentBytes(of: process) - before < 10_000_000
        }
    }

    private static func residentBytes(of process: Int32) throws -> Int {
        let statistics = try Directory("/proc/\(process)").read("statm")
        let pages = String(decoding: statistics, as: UTF8.self).split(separator: " ")
        return 4096 * (try #require(Int(pages[1])))
    }

    /// Counts how often it was rendered, wherever it is let.
    private func leaving(_ word: String) -> String {
        """
        const Note = () => {
          const places = [globalThis, Math, JSON, Array.prototype, Symbol, Note];
          let most = 0;
          for (const place of places) {
            try { place.left = (place.left ?? 0) + 1; } catch {}
            most = Math.max(most, place.left ?? 0);
          }
          return <p>{"\(word) " + most}</p>;
        };
        """
    }

    @Test func sitesShareWorkersAndEachHasItsOwnComponents() async throws {
        var pages: [(pool: RenderPool, job: RenderJob, word: String)] = []
        let workers = RenderWorkers(program: ProjectFolder.worker, count: 2)
        for word in ["First", "Second", "Third"] {
            let site = try await PlannedSite(
                Rows.page("home", route: "/")
                    + Rows.component("note", code: leaving(word))
                    + Rows.block(on: "home", "note", order: 1))
            let (setup, job) = try await site.plan()
            let pool = site.pool(sharing: workers)
            await pool.use(setup)
            pages.append((pool, job, word))
        }
        for _ in 0..<2 {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (pool, job, word) in pages {
                    group.addTask {
                        let html = try await pool.html(of: job)
                        #expect(html.contains("<p>\(word) 1</p>"))
                    }
                }
                try await group.waitForAll()
            }
            await pages[0].pool.shrink(to: 1)
            #expect(await workers.processes.count == 2)
        }
        // The one that has the components renders again, and no other takes them.
        let before = await workers.processes
        for _ in 0..<3 { _ = try await pages[2].pool.html(of: pages[2].job) }
        #expect(Set(await workers.processes) == Set(before))
        pages.removeLast(2)
        await pages[0].pool.shrink(to: 1)
        #expect(await workers.processes.count == 1)
    }

    @Test func aWorkerIsStartedOnlyWhenItHasEnoughToDo() async throws {
        let site = try await PlannedSite(Rows.page("home", route: "/", content: "# Home"))
        let (setup, job) = try await site.plan()
        for (pages, processes) in [(100, 1), (1000, 2)] {
            let pool = site.pool(count: 2)
            await pool.use(setup)
            await pool.expect(pages: pages)
            async let one = pool.html(of: job)
            async let other = pool.html(of: job)
            #expect(try await one == other)
            #expect(await pool.processes.count == processes)
        }
    }
}

/// A database whose rows are planned by hand, to be rendered by a pool of the test's own.
private struct PlannedSite {
    private let site: TestSite
    private let input: BuildInput
    private let runtime: WorkerRuntime

    init(_ rows: String) async throws {
        site = try await TestSite(rows)
        input = BuildInput(
            BuildOptions(node: site.node, output: site.output, workers: 1),
            library: try site.library(),
            bundler: try AssetBundler(searchPath: "/usr/local/bin:/usr/bin:/bin"))
        runtime = try await input.bundler.runtime(of: input.library)
    }

    func edit(_ sql: String) throws { try site.database.run(sql) }

    func pool(_ limits: RenderPool.Limits = .init(), count: Int = 1) -> RenderPool {
        RenderPool(
            runtime: runtime, program: ProjectFolder.worker, count: count, limits: limits)
    }

    func pool(sharing workers: RenderWorkers) -> RenderPool {
        RenderPool(runtime: runtime, count: 1, sharing: workers)
    }

    /// What workers load, and the job of the page at the site's root.
    func plan() async throws -> (WorkerSetup, RenderJob) {
        let store = ContentStore(of: site.database.target)
        let instant = try await store.open()
        let content = try await store.content(node: site.node, includesDrafts: false)
        let look = try await SiteLook.make(for: content, input: input)
        let resolved = try await input.resolver().resolve(content, look: look)
        let page = try #require(resolved.site.pages.first { $0.route.text == "/" })
        let body = try await store.bodies(of: [page.page])[0]
        await store.close()
        let job = try #require(resolved.planner.plan(page, body: body, now: instant.now).job)
        return (resolved.planner.setup, job)
    }
}

extension RenderPool {
    /// The page that comes of a job.
    fileprivate func html(of job: RenderJob) async throws -> String {
        let page = try await render([job])[0]
        guard case .html(let bytes) = page.outcome else {
            throw CleanRender.Fault(description: "\(page)")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
