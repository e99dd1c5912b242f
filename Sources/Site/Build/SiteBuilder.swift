public import Bundling
import Content
public import Core
public import PostgreSQL
public import Rendering
import SiteModel

/// Everything needed to build sites: a database, the templates, and the tools.
///
/// All keepers of one builder share a few connections, its render workers and its memory limit.
public struct SiteBuilder: Sendable {
    let database: ConnectionTarget
    let library: TemplateLibrary
    let bundler: AssetBundler
    let resources: BuilderResources
    /// A description of the database, for messages and ledgers.
    let place: String?

    /// - Parameter worker: the path of the render worker's program.
    public init(
        database: ConnectionTarget, library: TemplateLibrary, bundler: AssetBundler,
        worker: String
    ) {
        self.database = database
        self.library = library
        self.bundler = bundler
        place = database.place
        resources = BuilderResources(database: database, worker: worker)
    }

    /// Returns a keeper that keeps a node's site up to date over many builds.
    public func keeper(_ options: BuildOptions) throws -> SiteKeeper {
        try SiteKeeper(options, parts: self)
    }

    /// Builds and publishes one node.
    ///
    /// - Returns: the report; `report.outcome` is `refused` when the content has errors.
    /// - Throws: when the call or the environment is at fault. The published site is unchanged.
    public func build(
        _ options: BuildOptions, progress: @Sendable (BuildProgress) -> Void = { _ in }
    ) async throws -> BuildReport {
        try await keeper(options).build(.everything, progress: progress)
    }

    /// Plans one node without rendering anything.
    ///
    /// - Parameter show: called with each job, in the order of the routes.
    /// - Returns: the errors of the content, as far as planning finds them.
    public func plan(
        node: String, includesDrafts: Bool, show: (RenderJob) -> Void
    ) async throws -> [Diagnostic] {
        // Only its node counts: nothing is written.
        let options = BuildOptions(node: node, output: "", workers: 1)
        let input = BuildInput(options, library: library, bundler: bundler)
        let store = ContentStore(of: database)
        let instant = try await store.open()
        let content = try await store.content(node: node, includesDrafts: includesDrafts)
        let look = try await SiteLook.make(for: content, input: input)
        let resolved = try await input.resolver().resolve(content, look: look)
        var diagnostics = look.diagnostics + resolved.faults
        let pages = resolved.site.pages
        for start in stride(from: 0, to: pages.count, by: SiteKeeper.batchSize) {
            let batch = pages[start..<min(start + SiteKeeper.batchSize, pages.count)]
            let bodies = try await store.bodies(of: batch.map(\.page))
            for (page, body) in zip(batch, bodies) {
                let planned = resolved.planner.plan(page, body: body, now: instant.now)
                diagnostics += planned.diagnostics
                if let job = planned.job { show(job) }
            }
        }
        await store.close()
        SourceExcerpts(content: content, library: input.library).add(to: &diagnostics)
        return diagnostics
    }
}
