import Content
import Core
import FoundationEssentials
import Publishing
import Rendering
import SiteModel
import System

/// The data that all batches of a build share.
struct RenderContext: Sendable {
    var planner: RenderPlanner
    var links: LinkChecker
    var store: ContentStore
    var pool: RenderPool
    var draft: ReleaseDraft
    var compresses: Bool
    /// Milliseconds since 1970.
    var now: Int

    /// A page to plan again.
    struct Item: Sendable {
        var page: Site.RoutedPage
        var reason: String
        var body: PageBody?
        /// The newest release's record of the page.
        var record: PageRecord?
        /// Whether its links must be checked again, although its HTML is unchanged.
        var checksLinks = false
    }

    /// Reads, plans, renders and writes a batch of pages, on the threads of the build.
    @concurrent
    func render(_ items: [Item], number: Int) async throws -> BatchResult {
        var result = BatchResult(number: number)
        result.pages.reserveCapacity(items.count)
        let bodies = try await bodies(of: items)
        var jobs: [RenderJob] = []
        var rendered: [(item: Item, record: PageRecord)] = []
        jobs.reserveCapacity(items.count)
        for (item, body) in zip(items, bodies) {
            let planned = planner.plan(item.page, body: body, now: now)
            guard let job = planned.job else {
                result.pages.append(
                    .failed(
                        failure(
                            of: item, inputs: planned.inputs, due: planned.due,
                            planned.diagnostics)))
                continue
            }
            let record = PageRecord(
                id: item.page.page.id.uuidString, key: item.page.page.key, file: item.page.file,
                fingerprint: job.fingerprint, version: item.page.page.version, due: planned.due,
                inputs: planned.inputs)
            if !item.checksLinks, let old = item.record, old.fingerprint == record.fingerprint,
                old.file == record.file, old.key == record.key
            {
                if old != record {
                    try draft.update(record, outline: item.page.page.outline)
                }
                result.pages.append(.same(record))
                continue
            }
            jobs.append(job)
            rendered.append((item, record))
        }
        for (page, made) in zip(try await pool.render(jobs), rendered) {
            switch page.outcome {
            case .failed(var diagnostics):
                diagnostics.addExcerpts(of: page.job.markdown)
                result.pages.append(
                    .failed(
                        failure(
                            of: made.item, inputs: made.record.inputs, due: made.record.due,
                            diagnostics)))
            case .html(let html):
                let findings = links.check(page)
                for warning in findings.warnings + page.warnings {
                    result.warnings.append(
                        (
                            page: page.job.page.page.key,
                            warning: findings.pageWarning(warning)
                        ))
                }
                result.anchors += findings.anchors
                try draft.put(
                    made.record, html: html, outline: made.item.page.page.outline,
                    reason: made.item.reason, links: PageLinks(to: findings.routes),
                    effort: compresses ? .page : nil)
                result.pages.append(.rendered(made.record))
            }
        }
        return result
    }

    private func bodies(of items: [Item]) async throws -> [PageBody] {
        let known = items.compactMap(\.body)
        if known.count == items.count { return known }
        return try await store.bodies(of: items.map(\.page.page))
    }

    private func failure(
        of item: Item, inputs: [String], due: Int?, _ diagnostics: [Diagnostic]
    ) -> FailedPage {
        let page = item.page.page
        return FailedPage(
            page: page.key, id: page.id, version: page.version, inputs: inputs, due: due,
            since: now, diagnostics: diagnostics)
    }
}
