import Core
import FoundationEssentials
import Publishing
import Rendering
import SiteModel
import System

extension SiteKeeper {
    /// Pages in a batch: enough to make a round trip cheap, few enough to share work evenly.
    static let batchSize = 32

    /// Renders the pages that need it, and decides which pages are held.
    ///
    /// What the menu and lists show of a page depends on whether its current row can be rendered.
    /// Pages with a changed place or title therefore come first. If one of them fails, it stands as
    /// it was published, places are recomputed, and pages that have shown it otherwise are planned
    /// again.
    ///
    /// They are joined by a few pages with an edited row of the frame. If such a row is wrong,
    /// pages are planned again with its last published version.
    func render(
        _ work: inout BuildWork, of site: KnownSite, into draft: ReleaseDraft,
        _ run: inout BuildRun, progress: @Sendable (BuildProgress) -> Void
    ) async throws {
        let failedBefore = site.framesOfFailures
        var triedFrame: Set<UUID> = []
        var done = TriedPages()
        var count = 0
        while !work.pages.isEmpty {
            let moved = Set(work.pages.map(\.position).filter(site.changesPlace))
            let first = moved.union(
                site.pagesToTryFrame(among: work.pages.map(\.position), tried: &triedFrame))
            let now = first.isEmpty ? work.pages : work.pages.filter { first.contains($0.position) }
            work.pages = first.isEmpty ? [] : work.pages.filter { !first.contains($0.position) }
            let ids = { (pages: [BuildWork.DirtyPage]) in
                pages.map { site.site.pages[$0.position].page.id }
            }
            let (tried, rest) = (ids(now), ids(work.pages))
            let movedIDs = moved.map { site.site.pages[$0].page.id }
            done.note(now, tried, inputs: site.planner.inputs)
            try await render(
                now, of: site, into: draft, &run, before: count, after: rest.count,
                progress: progress)
            count += now.count
            var again: Set<UUID> = []
            if site.rejectFrame(triedOn: tried, before: failedBefore) {
                again = Set(done.pages.keys.filter(site.failedWithWrongFrame))
                site.retried.formUnion(again)
                try await refreshComponents(of: site, run)
            } else if !movedIDs.contains(where: { site.failures[$0] != nil }) {
                continue
            }
            try site.resolve(pages: site.sortedPages)
            work = try self.work(after: work, pages: rest, done: done, again: again, in: site, run)
        }
    }

    /// Plans pages again, renders those whose inputs have changed, and adds them to the release, a
    /// few batches at a time.
    ///
    /// - Parameters:
    ///   - before: the number of pages that the build has finished, included in the progress.
    ///   - after: the number of pages that come later.
    private func render(
        _ pages: [BuildWork.DirtyPage], of site: KnownSite, into draft: ReleaseDraft,
        _ run: inout BuildRun, before: Int, after: Int,
        progress: @Sendable (BuildProgress) -> Void
    ) async throws {
        let total = pages.count
        guard total > 0 else { return }
        let pool = try await readyPool(for: site, run.input)
        await pool.expect(pages: total)
        let context = RenderContext(
            planner: site.planner, links: site.links.forReport(files: site.look.paths),
            store: store, pool: pool, draft: draft,
            compresses: run.options.compresses, now: run.now)
        let workers = run.options.workers
        var done = 0
        let batches = try await withThrowingTaskGroup(of: BatchResult.self) { group in
            var batches: [BatchResult] = []
            func take(_ result: BatchResult) {
                done += result.pages.count
                for page in result.pages { Self.note(page, in: site, &run) }
                if !result.warnings.isEmpty || !result.anchors.isEmpty { batches.append(result) }
                progress(.rendering(done: before + done, total: before + total + after))
            }
            progress(.rendering(done: before, total: before + total + after))
            for (number, start) in stride(from: 0, to: total, by: Self.batchSize).enumerated() {
                // Two batches for each worker keep it busy while another is read or written.
                if number >= workers * 2 + 1, let result = try await group.next() {
                    take(result)
                }
                let batch = pages[start..<min(start + Self.batchSize, total)].map { dirty in
                    let routed = site.site.pages[dirty.position]
                    return RenderContext.Item(
                        page: routed, reason: dirty.reason, body: dirty.body,
                        record: site.records[routed.page.id], checksLinks: dirty.checksLinks)
                }
                group.addTask { try await context.render(batch, number: number) }
            }
            for try await result in group { take(result) }
            return batches.sorted { $0.number < $1.number }
        }
        for batch in batches { run.anchors.add(batch.anchors) }
        let warnings = batches.flatMap(\.warnings)
        for found in warnings { site.warnings.add(found.warning, of: found.page) }
        run.report.diagnostics += LinkChecker.merged(warnings.map(\.warning.diagnostic))
    }

    private static func note(
        _ page: BatchResult.Page, in site: KnownSite, _ run: inout BuildRun
    ) {
        switch page {
        case .rendered(let record), .same(let record):
            // A page that shows one that failed in the meantime is rendered twice.
            let isFirst = run.rendered.insert(record.id).inserted
            if case .rendered = page {
                if isFirst { run.report.rendered += 1 }
                run.report.changedFiles.insert(record.file)
            } else if isFirst {
                run.report.reused += 1
            }
            guard let id = UUID(uuidString: record.id) else { return }
            if case .rendered = page {
                if let key = site.records[id]?.key { site.warnings.clear(key) }
                site.warnings.clear(record.key)
            }
            let old = site.records[id]?.file
            if let old, old != record.file { run.report.changedFiles.insert(old) }
            // A page that failed until now was not listed at this address.
            if old != record.file, let position = site.positions[id] {
                run.listedRoutes.insert(site.site.pages[position].route.text)
            }
            site.publish(record, of: id)
            site.nextDue = [site.nextDue, record.due].compactMap { $0 }.min()
        case .failed(let failure):
            site.hold(failure, now: run.now)
            site.nextDue = [site.nextDue, failure.due].compactMap { $0 }.min()
        }
    }
}

/// The result of a batch of pages.
struct BatchResult: Sendable {
    enum Page: Sendable {
        case rendered(PageRecord)
        /// The page's inputs are unchanged.
        case same(PageRecord)
        case failed(FailedPage)
    }

    var number: Int
    var pages: [Page] = []
    var warnings: [(page: String, warning: PageWarning)] = []
    /// Links to check after the pages are published.
    var anchors: [AnchorLink] = []
}
