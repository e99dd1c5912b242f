import Content
import FoundationEssentials
import Publishing
import Rendering
import SiteModel
import System

/// Finds the pages that must be planned again, each for a reason that `PageFacts` decides.
extension SiteKeeper {
    /// Returns the work that a comparison of everything found.
    func work(in site: KnownSite, _ run: BuildRun) throws -> BuildWork {
        var work = BuildWork()
        try addPages(to: &work, of: site, run)
        work.removed = site.goneIDs
        let isCompiledAgain =
            site.provenance.sources != site.sources || site.release == 0
        work.touchesAssets =
            isCompiledAgain || !work.pages.isEmpty || !work.removed.isEmpty
            || !site.changedInputs.isEmpty
        return work
    }

    /// Adds the pages that the running build must plan again.
    ///
    /// - Parameters:
    ///   - read: pages whose rows were read again.
    ///   - bodies: those that have been read.
    func addPages(
        read: Set<UUID> = [], bodies: [UUID: PageBody] = [:], to work: inout BuildWork,
        of site: KnownSite, _ run: BuildRun
    ) throws {
        guard case .plan(let scope) = run.facts.next else { return }
        var retries: [UUID: PlanReason] = [:]
        if case .everyPage(let trustsVersions) = scope {
            retries = self.retries(in: site, shared(site, trustsVersions: trustsVersions, run), run)
            try site.retry(Set(retries.keys))
        }
        for id in read {
            guard let position = site.positions[id], !site.site.retained.contains(id) else {
                continue
            }
            work.pages.append(
                .init(
                    position: position, reason: .edited(run.reason(for: id)), body: bodies[id]))
        }
        if case .everyPage(let trustsVersions) = scope {
            // If places were recomputed, menu and lists may have changed. Fingerprints are compared,
            // but pages are not read.
            let shared = shared(site, trustsVersions: trustsVersions, run)
            for (position, routed) in site.site.pages.enumerated()
            where !site.site.retained.contains(routed.page.id) && !read.contains(routed.page.id) {
                guard
                    let reason = retries[routed.page.id]
                        ?? facts(about: routed.page, in: site, run).reason(shared)
                else { continue }
                work.pages.append(.init(position: position, reason: reason))
            }
        }
        if !read.isEmpty { work.pages.sort { $0.position < $1.position } }
    }

    /// Returns the remaining work after places were recomputed, because pages with changed places
    /// failed, or because a row of the frame is wrong.
    ///
    /// - Parameters:
    ///   - work: the work so far, without the completed pages.
    ///   - ids: of the pages of `work`.
    ///   - done: pages that this build has tried.
    ///   - again: those of them that failed and are tried again.
    func work(
        after work: BuildWork, pages ids: [UUID], done: TriedPages, again: Set<UUID>,
        in site: KnownSite, _ run: BuildRun
    ) throws -> BuildWork {
        var next = work
        next.pages = []
        let own = Dictionary(
            zip(ids, work.pages).filter { $0.1.isOwn }.map { ($0.0, $0.1) },
            uniquingKeysWith: { first, _ in first })
        // Pages that are planned since no version is trusted are among those with a reason of their
        // own.
        let shared = shared(site, trustsVersions: true, run)
        let retries = retries(in: site, shared, run).filter { done.pages[$0.key] == nil }
        try site.retry(Set(retries.keys))
        for (position, routed) in site.site.pages.enumerated()
        where !site.site.retained.contains(routed.page.id) {
            let id = routed.page.id
            if var page = own[id] ?? (again.contains(id) ? done.pages[id] : nil) {
                page.position = position
                next.pages.append(page)
                continue
            }
            var facts = facts(about: routed.page, in: site, run)
            facts.changedSinceTrial = done.inputs(of: id).map(site.inputs(differingFrom:))
            guard let reason = retries[id] ?? facts.reason(shared) else { continue }
            if var page = done.pages[id], page.isOwn {
                // A page that was edited itself is rendered for that reason.
                page.position = position
                page.checksLinks = false
                next.pages.append(page)
            } else {
                next.pages.append(.init(position: position, reason: reason))
            }
        }
        next.removed = site.goneIDs
        return next
    }

    /// Returns the failed pages that may now succeed.
    private func retries(
        in site: KnownSite, _ shared: SharedFacts, _ run: BuildRun
    ) -> [UUID: PlanReason] {
        var reasons: [UUID: PlanReason] = [:]
        for id in site.failures.keys where !site.waiting.contains(id) {
            guard let row = site.heldRows[id] else { continue }
            reasons[id] = facts(about: row, in: site, run).reason(shared)
        }
        return reasons
    }

    private func shared(
        _ site: KnownSite, trustsVersions: Bool, _ run: BuildRun
    ) -> SharedFacts {
        SharedFacts(
            changed: site.changedInputs, trustsVersions: trustsVersions,
            isForced: run.options.isForced, retriesAll: run.reach == .everything, now: run.now)
    }

    /// - Parameter page: the page's row.
    private func facts(about page: Page, in site: KnownSite, _ run: BuildRun) -> PageFacts {
        let standing: PageFacts.Standing
        if site.displaced[page.id] != nil {
            standing = .displaced
        } else if let failure = site.failures[page.id] {
            standing = .failed(
                .init(version: failure.version, inputs: failure.inputs, due: failure.due))
        } else if let record = site.records[page.id] {
            standing = .published(
                .init(version: record.version, inputs: record.inputs, due: record.due))
        } else {
            standing = .new
        }
        return PageFacts(
            standing: standing, version: page.version,
            isEdited: run.differing.contains(page.id), edit: run.reason(for: page.id))
    }
}
