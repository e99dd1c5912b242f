public import AssetBundling
import ContentStore
public import Diagnostics
import FoundationEssentials
public import Planning
public import PostgreSQL
import Publishing
import Rendering
public import SiteModel
import SystemSupport
import Theme

/// Takes one node from rows to a published release: the only place where the steps are in order.
///
/// ```
/// snapshot ─▶ theme, assets ─▶ site ─▶ plan ─▶ pages ─▶ release
/// ```
public struct SiteBuilder: Sendable {
    /// Changes whenever the same rows would give other bytes.
    static let engineVersion = "1"
    /// Pages a batch: enough to make a round trip cheap, few enough to share work evenly.
    private static let batchSize = 32

    private let database: ConnectionTarget
    private let library: TemplateLibrary
    private let bundler: AssetBundler
    private let executable: String

    /// - Parameter executable: the path of this program, which is also its render worker.
    public init(
        database: ConnectionTarget, library: TemplateLibrary, bundler: AssetBundler,
        executable: String
    ) {
        self.database = database
        self.library = library
        self.bundler = bundler
        self.executable = executable
    }

    /// Every node, by its id.
    public func nodes() async throws -> [Node] {
        try await ContentStore(of: database).nodes()
    }

    /// Plans one node without rendering anything.
    ///
    /// - Parameter show: called with each job, in the order of the routes.
    /// - Returns: what is wrong with the content, as far as a plan can tell.
    public func plan(
        node: String, includesDrafts: Bool, show: (RenderJob) -> Void
    ) async throws -> [Diagnostic] {
        var report = BuildReport(node: node)
        let site = try await prepare(
            node: node, includesDrafts: includesDrafts, workers: 0, report: &report,
            progress: { _ in })
        for start in stride(from: 0, to: site.site.pages.count, by: Self.batchSize) {
            let end = min(start + Self.batchSize, site.site.pages.count)
            let pages = Array(site.site.pages[start..<end])
            let bodies = try await site.snapshot.bodies(of: pages.map(\.page))
            for (page, body) in zip(pages, bodies) {
                let (job, diagnostics) = site.planner.job(for: page, body: body)
                report.diagnostics += diagnostics
                if let job { show(job) }
            }
        }
        return report.diagnostics
    }

    /// Builds and publishes one node.
    ///
    /// - Returns: what was done; `report.outcome` is `refused` when the content is at fault.
    /// - Throws: when the call or the environment is at fault. The published site is unchanged.
    public func build(
        _ options: BuildOptions, progress: @Sendable (BuildProgress) -> Void = { _ in }
    ) async throws -> BuildReport {
        var report = BuildReport(node: options.node)
        let site = try await prepare(
            node: options.node, includesDrafts: options.includesDrafts, workers: options.workers,
            report: &report, progress: progress)
        var stopwatch = Stopwatch()
        let folder = try SiteFolder(output: options.output, node: options.node)
        // Insisting also gets over a manifest that cannot be read.
        let release = try folder.beginRelease(overDamage: options.isForced)
        do {
            try await render(
                site, into: release, options: options, report: &report, progress: progress)
            let failed = Self.failedPages(in: report.diagnostics, of: site.content)
            let before = try folder.state().pages
            let siteFiles = SiteFiles.make(for: site.site) { page in
                // A page that failed may be kept as it was.
                !failed.contains(page.page.key)
                    || before[Self.identifier(of: page.page)]?.file == page.file
            }
            let assets = site.assets + siteFiles
            try release.setAssets(
                assets.map { ($0.path, $0.bytes, Self.isImmutable($0)) },
                keepsOld: !report.errors.isEmpty,
                effort: options.compresses ? .asset : nil)
            report.phases.append(stopwatch.lap("render"))

            progress(.publishing)
            try publish(
                release, before: before, failed: failed, site: site, options: options,
                report: &report)
            report.buildHash = try folder.currentRelease()?.buildHash.description ?? ""
            report.phases.append(stopwatch.lap("publish"))
        } catch {
            release.discard()
            throw error
        }
        return report
    }

    /// A site that is ready to be rendered, with the snapshot that its bodies come from.
    private struct PreparedSite {
        var snapshot: ContentStore
        var content: SiteContent
        var site: Site
        var planner: RenderPlanner
        var pool: RenderPool
        /// Every file beside the pages, but those that name pages.
        var assets: [Asset]
    }

    /// Starts the render workers, which load the engine while the site is read.
    private func startWorkers(_ count: Int) async throws -> (RenderPool, WorkerRuntime) {
        let runtime = try await bundler.runtime(of: library)
        let pool = RenderPool(runtime: runtime, executable: executable, count: count)
        if count > 0 { await pool.start() }
        return (pool, runtime)
    }

    private func prepare(
        node: String, includesDrafts: Bool, workers: Int, report: inout BuildReport,
        progress: @Sendable (BuildProgress) -> Void
    ) async throws -> PreparedSite {
        var stopwatch = Stopwatch()
        progress(.reading)
        async let starting = startWorkers(workers)
        let snapshot = ContentStore(of: database)
        _ = try await snapshot.open()
        let content = try await snapshot.content(node: node, includesDrafts: includesDrafts)
        report.phases.append(stopwatch.lap("read"))

        progress(.bundling)
        let (theme, themeFaults) = try resolveTheme(of: content)
        report.diagnostics += themeFaults
        let (bundle, bundleFaults) = try await bundle(content, theme: theme)
        report.diagnostics += bundleFaults
        let (site, siteFaults) = Site.resolve(
            content, layouts: Set(library.layouts.keys), theme: theme.name.rawValue)
        report.diagnostics += siteFaults
        let (pool, runtime) = try await starting
        let planner = try RenderPlanner(
            site: site, bundle: bundle, runtime: runtime, themeName: theme.name.rawValue,
            engineVersion: Self.engineVersion)
        await pool.use(planner.setup)
        let fonts = bundle.fonts.map { Self.face($0.font, url: $0.url) }
        let tokens = Asset(
            path: "assets/tokens.css", bytes: Array(theme.stylesheet(fonts: fonts).utf8))
        report.phases.append(stopwatch.lap("bundle"))
        return PreparedSite(
            snapshot: snapshot, content: content, site: site, planner: planner, pool: pool,
            assets: bundle.assets + [tokens])
    }

    private func publish(
        _ release: ReleaseDraft, before: [String: PageRecord], failed: Set<String>,
        site: PreparedSite, options: BuildOptions, report: inout BuildReport
    ) throws {
        if !report.errors.isEmpty && !options.keepsGoing { return release.discard() }
        let made = Set(site.site.pages.map { Self.identifier(of: $0.page) })
        for page in before.values {
            if failed.contains(page.key) {
                report.kept += 1
            } else if !made.contains(page.id) {
                try release.removePage(id: page.id)
            }
        }
        report.failed = failed.count - report.kept
        let pages = try release.pageCounts
        if !options.isForced, let fault = Self.suspicion(of: pages, site.content) {
            report.diagnostics.append(fault)
            return release.discard()
        }
        let counts = try release.counts
        report.files = counts.files
        report.bytes = counts.bytes
        switch try release.publish(cause: "build", keep: 10) {
        case .published(let number): report.outcome = .published(release: number)
        case .unchanged(let number): report.outcome = .unchanged(release: number)
        }
    }

    /// Whether the asset's name carries the hash of its bytes.
    private static func isImmutable(_ asset: Asset) -> Bool {
        asset.path.hasPrefix("assets/") && asset.path != "assets/tokens.css"
    }

    private static func identifier(of page: Page) -> String { page.id.uuidString.lowercased() }

    /// A release that is probably a mistake: no page of a row is left, or most are gone.
    private static func suspicion(
        of pages: (before: Int, after: Int), _ content: SiteContent
    ) -> Diagnostic? {
        if content.pages.isEmpty {
            return Diagnostic(
                .nothingToPublish, "the node has no published page",
                at: .init(node: content.node.id),
                hint: "publish a page of one of its apps "
                    + "(\(content.node.apps.sorted().joined(separator: ", "))), or insist with --force"
            )
        }
        let (before, after) = pages
        guard before >= 4, after * 2 < before else { return nil }
        return Diagnostic(
            .mostPagesGone, "\(before - after) of \(before) pages would be gone",
            at: .init(node: content.node.id), hint: "insist with --force when that is meant")
    }

    private static func failedPages(
        in diagnostics: [Diagnostic], of content: SiteContent
    ) -> Set<String> {
        Set(diagnostics.filter { $0.severity == .error }.compactMap(\.location.page))
    }
}

extension SiteBuilder {
    private func resolveTheme(of content: SiteContent) throws -> (Theme, [Diagnostic]) {
        let branding = try library.branding(of: content.node.id)
        let (theme, diagnostics) = Theme.resolve(
            node: content.node.id, name: content.node.theme,
            defaults: content.tokens.map { StyleToken(key: $0.key, value: $0.value) },
            presets: library.themePresets, layers: [branding.tokens, content.node.styleOverrides])
        return (theme, diagnostics)
    }

    private func bundle(
        _ content: SiteContent, theme: Theme
    ) async throws -> (AssetBundle, [Diagnostic]) {
        var library = library
        // A site carries the fonts that its tokens mention, and no other.
        library.fonts = library.fonts.filter {
            !theme.fonts(from: [Self.face($0, url: "/")]).isEmpty
        }
        return try await bundler.bundle(
            components: Array(content.components.values), node: content.node, library: library)
    }

    private static func face(_ font: TemplateLibrary.Font, url: String) -> FontFace {
        let weights = font.weight.split(separator: " ").compactMap { Int($0) }
        let lowest = weights.min() ?? 400
        return FontFace(
            family: font.family, url: url, weight: lowest...(weights.max() ?? lowest),
            style: FontFace.Style(rawValue: font.style) ?? .normal)
    }

    /// Reads, plans, renders and writes all pages, a few batches at a time.
    private func render(
        _ prepared: PreparedSite, into release: ReleaseDraft, options: BuildOptions,
        report: inout BuildReport, progress: @Sendable (BuildProgress) -> Void
    ) async throws {
        let (planner, snapshot) = (prepared.planner, prepared.snapshot)
        let pool = prepared.pool
        let links = LinkChecker(site: prepared.site)
        let total = prepared.site.pages.count
        var done = 0
        var faults: [(batch: Int, diagnostics: [Diagnostic])] = []
        try await withThrowingTaskGroup(of: BatchResult.self) { group in
            func take(_ result: BatchResult) {
                done += result.pages
                report.rendered += result.rendered
                if !result.diagnostics.isEmpty {
                    faults.append((result.number, result.diagnostics))
                }
                progress(.rendering(done: done, total: total))
            }
            progress(.rendering(done: 0, total: total))
            for (number, start) in stride(from: 0, to: total, by: Self.batchSize).enumerated() {
                // Two batches a worker keep it busy while another is read or written.
                if number >= options.workers * 2 + 1, let result = try await group.next() {
                    take(result)
                }
                let pages = prepared.site.pages[start..<min(start + Self.batchSize, total)]
                group.addTask {
                    try await Self.render(
                        Array(pages), number: number, planner: planner, snapshot: snapshot,
                        pool: pool, links: links, into: release, compresses: options.compresses)
                }
            }
            for try await result in group { take(result) }
        }
        report.diagnostics += faults.sorted { $0.batch < $1.batch }.flatMap(\.diagnostics)
    }

    private struct BatchResult: Sendable {
        var number: Int
        var pages: Int
        var rendered = 0
        var diagnostics: [Diagnostic] = []
    }

    @concurrent
    private static func render(
        _ pages: [Site.RoutedPage], number: Int, planner: RenderPlanner,
        snapshot: ContentStore, pool: RenderPool, links: LinkChecker,
        into release: ReleaseWriter, compresses: Bool
    ) async throws -> BatchResult {
        var result = BatchResult(number: number, pages: pages.count)
        let bodies = try await snapshot.bodies(of: pages.map(\.page))
        var jobs: [RenderJob] = []
        jobs.reserveCapacity(pages.count)
        for (page, body) in zip(pages, bodies) {
            let (job, diagnostics) = planner.job(for: page, body: body)
            result.diagnostics += diagnostics
            if let job { jobs.append(job) }
        }
        for page in try await pool.render(jobs) {
            let routed = page.job.page
            switch page.outcome {
            case .failed(let diagnostics): result.diagnostics += diagnostics
            case .html(let html):
                result.rendered += 1
                result.diagnostics += links.check(page.links, on: routed.page.key)
                try release.put(
                    PageRecord(
                        id: identifier(of: routed.page), key: routed.page.key,
                        file: routed.file, fingerprint: page.job.fingerprint, version: 0),
                    html: html, reason: "build", effort: compresses ? .page : nil)
            }
        }
        return result
    }
}
