import Bundling
import Content
import Core
import FoundationEssentials
import Publishing
import Rendering
import SiteModel
import System
import TestSupport

@testable import Build

/// The result of a first build, in memory: only compiled code is kept.
actor CleanRender {
    /// The site that the database describes.
    struct Expected {
        /// File of a page → fingerprint over everything that it is made from.
        var fingerprints: [String: SHA256Digest] = [:]
        /// File of a page → digest of its HTML; empty when nothing was rendered.
        var pages: [String: SHA256Digest] = [:]
        /// Every other file → digest.
        var assets: [String: SHA256Digest] = [:]
    }

    struct Fault: Error, CustomStringConvertible {
        var description: String
    }

    private let site: TestSite
    private let input: BuildInput
    private let store: ContentStore
    private var pool: RenderPool?

    init(of site: TestSite, cache: BundleCache, compresses: Bool) throws {
        self.site = site
        var options = BuildOptions(node: site.node, output: site.output, workers: 1)
        options.compresses = compresses
        input = BuildInput(
            options, library: try TemplateLibrary(root: Directory(ProjectFolder.path)),
            bundler: try AssetBundler(searchPath: "/usr/local/bin:/usr/bin:/bin", cache: cache))
        store = ContentStore(of: site.database.target)
    }

    /// Returns the site that the database describes now.
    func expected(rendering: Bool) async throws -> Expected {
        // The engine is loaded while the rows are read.
        if rendering { try await renderPool().start() }
        let instant = try await store.open()
        do {
            let expected = try await read(at: instant.now, rendering: rendering)
            await store.close()
            return expected
        } catch {
            await store.close()
            throw error
        }
    }

    private func read(at now: Int, rendering: Bool) async throws -> Expected {
        let content = try await store.content(node: site.node, includesDrafts: false)
        let look = try await SiteLook.make(for: content, input: input)
        let resolved = try await input.resolver().resolve(content, look: look)
        var faults = look.diagnostics + resolved.faults
        let pages = resolved.site.pages
        var expected = Expected()
        var jobs: [RenderJob] = []
        var sheets: [String: Asset] = [:]
        for (page, body) in zip(pages, try await store.bodies(of: pages.map(\.page))) {
            let planned = resolved.planner.plan(page, body: body, now: now)
            let keys = SharedInput.componentKeys(among: planned.inputs)
            if let sheet = look.bundle.sheet(of: keys) { sheets[sheet.path] = sheet }
            faults += planned.diagnostics
            guard let job = planned.job else { continue }
            jobs.append(job)
            expected.fingerprints[page.file] = job.fingerprint
        }
        if rendering {
            let pool = try await renderPool()
            await pool.use(resolved.planner.setup)
            for rendered in try await pool.render(jobs) {
                switch rendered.outcome {
                case .html(let html):
                    expected.pages[rendered.job.page.file] = SHA256Digest(hashing: html)
                case .failed(let diagnostics): faults += diagnostics
                }
            }
        }
        let errors = faults.filter { $0.severity == .error }
        guard errors.isEmpty else { throw Fault(description: "the rows have faults: \(errors)") }
        for asset in look.assets + sheets.values
            + CrawlerFiles.make(
                for: resolved.site, parts: resolved.parts, isPublished: { _, _ in true })
        {
            expected.assets[asset.path] = SHA256Digest(hashing: asset.bytes)
        }
        return expected
    }

    private func renderPool() async throws -> RenderPool {
        if let pool { return pool }
        let made = RenderPool(
            runtime: try await input.bundler.runtime(of: input.library),
            program: ProjectFolder.worker, count: 1)
        pool = made
        return made
    }
}
