import Content
import FoundationEssentials
import Publishing
import Rendering
import SiteModel
import System

/// Finds the pages that must be planned again.
extension SiteKeeper {
    /// Why a page must be planned again.
    private struct Reason {
        var words: String
        var isOwn: Bool
    }

    /// The differences from the newest release, for all pages.
    private struct Comparison {
        /// The names of changed shared inputs.
        var changed: Set<String>
        /// The reason for every page, when an input that every page reads has changed.
        var shared: String?
        var trustsVersions: Bool

        init(_ changed: Set<String>, trustsVersions: Bool) {
            self.changed = changed
            shared = SiteKeeper.words(SharedInput.everyPage.filter(changed.contains))
            self.trustsVersions = trustsVersions
        }
    }

    /// Returns the work that a comparison of everything found.
    func work(
        in site: KnownSite, trustsVersions: Bool, _ run: BuildRun
    ) throws -> BuildWork {
        var work = BuildWork()
        let changed = site.changedInputs
        let retries = retries(
            in: site, Comparison(changed, trustsVersions: trustsVersions), run)
        try site.retry(Set(retries.keys))
        // If places were recomputed, menu and lists may have changed.
        let comparison = Comparison(site.changedInputs, trustsVersions: trustsVersions)
        for (position, routed) in site.site.pages.enumerated()
        where !site.site.retained.contains(routed.page.id) {
            guard
                let reason = retries[routed.page.id]
                    ?? reason(for: routed.page, in: site, comparison, run)
            else { continue }
            work.pages.append(
                .init(position: position, reason: reason.words, isOwn: reason.isOwn))
        }
        work.removed = site.goneIDs
        let isCompiledAnew =
            site.inputs[SourceDigest.name] != site.sources || site.release == 0
        work.touchesAssets =
            isCompiledAnew || !work.pages.isEmpty || !work.removed.isEmpty
            || !comparison.changed.isEmpty
        return work
    }

    /// Collects the pages that a few changes affect.
    ///
    /// - Parameters:
    ///   - ids: pages whose rows were read again.
    ///   - bodies: those that have been read.
    ///   - isSamePlan: whether the inputs that pages share are unchanged.
    func collect(
        _ ids: Set<UUID>, _ bodies: [UUID: PageBody], isSamePlan: Bool, in site: KnownSite,
        _ work: inout BuildWork, _ run: BuildRun
    ) throws {
        let isDue = site.nextDue.map { $0 <= run.now } ?? false
        if isDue { site.nextDue = site.findNextDue() }
        var retries: [UUID: Reason] = [:]
        if !isSamePlan || isDue {
            retries = self.retries(
                in: site, Comparison(site.changedInputs, trustsVersions: true), run)
            try site.retry(Set(retries.keys))
        }
        for id in ids {
            guard let position = site.positions[id], !site.site.retained.contains(id) else {
                continue
            }
            work.pages.append(
                .init(position: position, reason: run.reason(for: id), body: bodies[id]))
        }
        if !isSamePlan || isDue {
            // A change can affect pages anywhere: fingerprints are compared, but pages are not
            // read.
            let comparison = Comparison(
                isSamePlan && !site.isResolvedAgain ? [] : site.changedInputs,
                trustsVersions: true)
            for (position, routed) in site.site.pages.enumerated()
            where !ids.contains(routed.page.id) && !site.site.retained.contains(routed.page.id) {
                guard
                    let reason = retries[routed.page.id]
                        ?? reason(for: routed.page, in: site, comparison, run)
                else { continue }
                work.pages.append(
                    .init(position: position, reason: reason.words, isOwn: reason.isOwn))
            }
        }
        if site.isResolvedAgain { work.removed = site.goneIDs }
        work.pages.sort { $0.position < $1.position }
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
        let comparison = Comparison(site.changedInputs, trustsVersions: true)
        let retries = retries(in: site, comparison, run).filter { done.pages[$0.key] == nil }
        try site.retry(Set(retries.keys))
        for (position, routed) in site.site.pages.enumerated()
        where !site.site.retained.contains(routed.page.id) {
            let id = routed.page.id
            if var page = own[id] {
                page.position = position
                next.pages.append(page)
            } else if again.contains(id), var page = done.pages[id] {
                page.position = position
                next.pages.append(page)
            } else if let reason = retries[id] {
                next.pages.append(.init(position: position, reason: reason.words))
            } else if let record = site.records[id] {
                let changed = done.inputs(of: id).map { site.inputs(differingFrom: $0) }
                let names = (record.inputs + SharedInput.everyPage).filter(
                    (changed ?? comparison.changed).contains)
                guard let words = Self.words(names) else { continue }
                // A page that was edited itself is rendered for that reason.
                let page = done.pages[id].flatMap { $0.isOwn ? $0 : nil }
                next.pages.append(
                    .init(
                        position: position, reason: page?.reason ?? words, isOwn: page != nil,
                        body: page?.body))
            } else if done.pages[id] == nil {
                // The page that replaces a missing 404 page gets a place when the site's own one
                // failed.
                next.pages.append(.init(position: position, reason: "the page is new"))
            }
        }
        next.removed = site.goneIDs
        return next
    }

    /// Returns the failed pages that may now succeed.
    private func retries(
        in site: KnownSite, _ comparison: Comparison, _ run: BuildRun
    ) -> [UUID: Reason] {
        var reasons: [UUID: Reason] = [:]
        for id in site.failures.keys where !site.waiting.contains(id) {
            guard let row = site.heldRows[id] else { continue }
            reasons[id] = reason(for: row, in: site, comparison, run)
        }
        return reasons.mapValues { Reason(words: $0.words, isOwn: true) }
    }

    /// Returns why a page must be planned again; nil when it need not be.
    ///
    /// - Parameter page: the page's row.
    private func reason(
        for page: Page, in site: KnownSite, _ comparison: Comparison, _ run: BuildRun
    ) -> Reason? {
        func own(_ words: String) -> Reason { Reason(words: words, isOwn: true) }
        if site.displaced[page.id] != nil { return own("the page is not held back any more") }
        let inputs: [String]
        let (version, due): (Int64, Int?)
        if let failure = site.failures[page.id] {
            if run.reach == .everything { return own("it failed before") }
            (inputs, version, due) = (failure.inputs, failure.version, failure.due)
        } else {
            guard let record = site.records[page.id] else { return own("the page is new") }
            (inputs, version, due) = (record.inputs, record.version, record.due)
        }
        if !comparison.trustsVersions {
            return own(
                options.isForced
                    ? "every page was compared" : "the database is another one, or was restored")
        }
        if version != page.version || run.differing.contains(page.id) {
            return own(run.reason(for: page.id))
        }
        if let due, due <= run.now { return own("the time of a condition came") }
        let changed = comparison.changed
        let words =
            comparison.shared
            ?? Self.words(changed.isEmpty ? [] : inputs.filter(changed.contains))
        return words.map { Reason(words: $0, isOwn: false) }
    }

    private static func words(_ names: [String]) -> String? {
        guard let first = names.first else { return nil }
        let more = names.count == 1 ? "" : " and \(names.count - 1) more"
        return SharedInput.words(first) + more + " changed"
    }
}
