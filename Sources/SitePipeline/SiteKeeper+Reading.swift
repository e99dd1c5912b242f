import AssetBundling
import ContentStore
import Diagnostics
import FoundationEssentials
import Planning
import Publishing
import SiteModel
import SystemSupport

extension SiteKeeper {
    /// More changed pages than this, and all rows are compared.
    private static let changeLimit = 256

    /// Reads all rows but the bodies of pages, and compares them with the newest release.
    ///
    /// - Parameter last: what the last build knew.
    /// - Returns: nil when nothing has changed and nobody needs to know the site.
    func readEverything(
        after last: KnownSite?, _ run: inout BuildRun,
        progress: @Sendable (BuildProgress) -> Void
    ) async throws -> (site: KnownSite, work: BuildWork)? {
        var stopwatch = Stopwatch()
        async let loading = Self.state(of: folder, overDamage: options.isForced)
        let content = try await store.content(
            node: options.node, includesDrafts: options.includesDrafts)
        let state = try await loading
        run.report.phases.append(stopwatch.lap("read"))

        let sources = SourceDigest.of(content, library: library, engineVersion: engineVersion)
        try checkOrigin(of: state, run)
        run.marker = VersionMarker.find(
            state.inputs[VersionMarker.name], in: run.folders, of: run.database)
        let trustsVersions = run.marker != nil && !options.isForced
        if run.reach == .everything, trustsVersions, state.inputs[SourceDigest.name] == sources,
            state.failures.isEmpty, Self.matches(content, state),
            try folder.currentRelease()?.number == state.release
        {
            run.report.outcome = .unchanged(release: state.release)
            return nil
        }

        progress(.bundling)
        var look: SiteLook
        if let last, last.sources == sources, last.look.isSound {
            look = last.look
        } else {
            look = try await SiteLook.make(for: content, library: library, bundler: bundler)
            if !look.isSound, options.keepsGoing {
                // A token that is wrong must not take the look of the whole site away.
                if let last {
                    look = last.look.keeping(faultsOf: look)
                } else if state.release > 0 {
                    run.refuse(look.diagnostics)
                    return nil
                }
            }
        }
        let site = try KnownSite(
            content: content, look: look, sources: sources, resolver: try await resolver(),
            state: state)
        try await giveSetup(of: site)
        let work = work(in: site, trustsVersions: trustsVersions, run)
        // The rows are parsed: what they took is given back before the pages need room.
        releaseFreeMemory()
        run.report.phases.append(stopwatch.lap("bundle"))
        return (site, work)
    }

    @concurrent
    private static func state(of folder: SiteFolder, overDamage: Bool) async throws -> SiteState {
        do {
            return try folder.state()
        } catch {
            guard overDamage else { throw error }
            return SiteState()
        }
    }

    /// - Throws: a diagnostic when the folder has the site of another database, whose pages would all
    ///   be replaced.
    private func checkOrigin(of state: SiteState, _ run: BuildRun) throws {
        guard !options.isForced, let origin = state.inputs[DatabaseOrigin.name],
            origin != DatabaseOrigin.digest(of: run.origin)
        else { return }
        throw Diagnostic(
            .otherDatabase, "the folder '\(folder.path)' has the site of another database",
            at: .init(node: node),
            hint: "check DATABASE_URL, give another --output, or replace the site once with: "
                + "robbieblocks build --node \(node) --force")
    }

    /// Whether the newest release was made from these very pages, and time has changed none.
    private static func matches(_ content: SiteContent, _ state: SiteState) -> Bool {
        guard state.release > 0 else { return false }
        var found = 0
        for page in content.pages {
            guard let record = state.pages[page.id.uuidString], record.version == page.version
            else { return false }
            if let due = record.due, due <= content.now { return false }
            found += 1
        }
        // The page that stands in for a missing 404 page has no row.
        let builtIn = state.pages[Site.builtInNotFoundID.uuidString] == nil ? 0 : 1
        return state.pages.count == found + builtIn
    }

    /// What must be done after everything was compared.
    private func work(
        in site: KnownSite, trustsVersions: Bool, _ run: BuildRun
    ) -> BuildWork {
        var work = BuildWork()
        let changed = site.changedInputs
        let shared = Self.reason(SharedInput.everyPage.filter(changed.contains))
        for (position, routed) in site.site.pages.enumerated() {
            let page = routed.page
            if run.waiting.contains(page.id) { continue }
            if let reason = reason(
                for: page, in: site, changed: changed, shared: shared,
                trustsVersions: trustsVersions, run)
            {
                work.pages.append(.init(position: position, reason: reason))
            }
        }
        var live: Set<UUID> = []
        live.reserveCapacity(site.records.count)
        for routed in site.site.pages { live.insert(routed.page.id) }
        for page in site.unplaced { live.insert(page.id) }
        for id in site.records.keys where !live.contains(id) && !run.waiting.contains(id) {
            work.removed.append(id)
        }
        work.removed.sort()
        let isCompiledAnew =
            site.inputs[SourceDigest.name] != site.sources || site.release == 0
        work.touchesAssets =
            isCompiledAnew || !work.pages.isEmpty || !work.removed.isEmpty || !changed.isEmpty
        return work
    }

    /// Why a page must be planned again; nil when it need not.
    private func reason(
        for page: Page, in site: KnownSite, changed: Set<String>, shared: String?,
        trustsVersions: Bool, _ run: BuildRun
    ) -> String? {
        if site.displaced.contains(page.id) { return "the page has a place in the site again" }
        let inputs: [String]
        let (version, due): (Int64, Int?)
        if let failure = site.failures[page.id] {
            if run.reach == .everything { return "it failed before" }
            (inputs, version, due) = (failure.inputs, failure.version, failure.due)
        } else {
            guard let record = site.records[page.id] else { return "the page is new" }
            (inputs, version, due) = (record.inputs, record.version, record.due)
        }
        if !trustsVersions {
            return options.isForced
                ? "every page was compared" : "the database is another one, or was restored"
        }
        if version != page.version { return run.reason(for: page.id) }
        if let due, due <= run.now { return "the time of a condition came" }
        return shared ?? Self.reason(changed.isEmpty ? [] : inputs.filter(changed.contains))
    }

    private static func reason(_ names: [String]) -> String? {
        guard let first = names.first else { return nil }
        let more = names.count == 1 ? "" : " and \(names.count - 1) more"
        return SharedInput.words(first) + more + " changed"
    }
}

extension SiteKeeper {
    /// Reads the rows that were changed, and what time has changed.
    ///
    /// A reconciliation looks for changes that no trigger told of: it compares versions and contents of
    /// all rows with those that are known, and reads the rows that differ.
    ///
    /// - Returns: nil when that is too much or too deep: then everything must be read.
    func readChanges(of known: KnownSite, _ run: inout BuildRun) async throws -> BuildWork? {
        guard var rows = ChangedRows(run.changes) else { return nil }
        var stopwatch = Stopwatch()
        if run.reach == .reconciliation {
            guard let differing = try await pages(differingFrom: known) else { return nil }
            rows.pages.formUnion(differing.subtracting(run.waiting))
        } else {
            known.forgetContents(of: rows.pages)
        }
        if let next = known.content.nextPublication, next <= run.now {
            rows.pages.formUnion(
                try await store.pagesPublished(after: known.judgedAt, of: known.content.node))
        }
        guard rows.pages.count <= Self.changeLimit else { return nil }
        known.content.now = run.now
        known.judgedAt = run.now

        var pages: [UUID: Page] = [:]
        var bodies: [UUID: PageBody] = [:]
        var placesOthers = false
        if !rows.pages.isEmpty {
            let live = try await store.pagesWithBodies(
                Array(rows.pages), of: known.content.node, includesDrafts: options.includesDrafts)
            for (page, body) in live { (pages[page.id], bodies[page.id]) = (page, body) }
            placesOthers = rows.pages.contains { known.placesOthers($0, bodies[$0]) }
        }
        if pages.count < rows.pages.count
            || known.content.nextPublication.map({ $0 <= run.now }) == true
        {
            known.content.nextPublication = try await store.nextPublication(
                of: known.content.node)
        }

        // Where pages stand in the site, and how they are planned.
        var (isResolved, isPlanned) = (true, true)
        if rows.hasComponents || placesOthers {
            let components = try await store.components(
                of: known.content.node, includesDrafts: options.includesDrafts)
            if placesOthers {
                // Their keys are known only now.
                for body in try await store.bodies(of: Array(pages.values)) {
                    bodies[body.pageID] = body
                }
            }
            if components != known.content.components {
                known.content.components = components
                isPlanned = false
            }
        }
        var work = BuildWork()
        if rows.hasTokens || !isPlanned {
            if rows.hasTokens { known.content.tokens = try await store.tokens() }
            work.touchesTokens = true
            if try await !relook(known, componentsChanged: !isPlanned) { isPlanned = false }
        }
        run.report.phases.append(stopwatch.lap("read"))

        for id in rows.pages where isResolved {
            let position = known.positions[id]
            guard let page = pages[id], let position,
                page.isPlaced(like: known.site.pages[position].page)
            else {
                isResolved =
                    pages[id] == nil && position == nil
                    && !known.unplaced.contains { $0.id == id }
                continue
            }
        }
        if isResolved {
            for (id, page) in pages {
                guard let position = known.positions[id] else { continue }
                let old = known.site.pages[position].page
                if page.day != old.day, known.content.node.baseURL != nil {
                    work.listedRoutes.insert(known.site.pages[position].route.text)
                }
                known.replacePage(at: position, with: page)
            }
        } else {
            let kept = known.pages.filter { !rows.pages.contains($0.id) }
            try known.resolve(
                pages: (kept + pages.values).sortedByRoute(), with: try await resolver())
        }
        if !isPlanned || !isResolved {
            if isResolved { try known.replan(with: try await resolver()) }
            try await giveSetup(of: known)
            work.touchesAssets = true
            run.report.phases.append(stopwatch.lap("bundle"))
        }
        collect(
            rows.pages, bodies, isSamePlan: isResolved && isPlanned, in: known, &work, run)
        return work
    }

    /// The pages whose rows are not those that are known; nil when anything else differs.
    private func pages(differingFrom known: KnownSite) async throws -> Set<UUID>? {
        let (content, stamps) = try await store.outline(
            node: options.node, includesDrafts: options.includesDrafts)
        let sources = SourceDigest.of(content, library: library, engineVersion: engineVersion)
        guard sources == known.sources, known.look.isSound,
            try folder.currentRelease()?.number == known.release
        else { return nil }
        return known.pages(differingFrom: stamps)
    }

    /// Makes the look anew after its rows changed.
    ///
    /// - Returns: whether plans of pages are what they were: only values of tokens changed.
    private func relook(_ site: KnownSite, componentsChanged: Bool) async throws -> Bool {
        site.sources = SourceDigest.of(
            site.content, library: library, engineVersion: engineVersion)
        // A look that was kept over a fault may have been made from other components.
        if !componentsChanged, site.look.isSound,
            let look = try site.look.retoned(for: site.content, library: library)
        {
            site.look = look.isSound ? look : site.look.keeping(faultsOf: look)
            return true
        }
        let look = try await SiteLook.make(for: site.content, library: library, bundler: bundler)
        site.look = look.isSound ? look : site.look.keeping(faultsOf: look)
        return false
    }

    /// Finds the pages that the changes reach.
    private func collect(
        _ ids: Set<UUID>, _ bodies: [UUID: PageBody], isSamePlan: Bool, in site: KnownSite,
        _ work: inout BuildWork, _ run: BuildRun
    ) {
        for id in ids {
            if let position = site.positions[id] {
                work.pages.append(
                    .init(position: position, reason: run.reason(for: id), body: bodies[id]))
            } else if site.records[id] != nil,
                !site.unplaced.contains(where: { $0.id == id })
            {
                work.removed.append(id)
            }
        }
        let isDue = site.nextDue.map { $0 <= run.now } ?? false
        if isDue { site.nextDue = site.findNextDue() }
        if !isSamePlan || isDue {
            // What one change reaches is anywhere: fingerprints are compared, pages are not read.
            let changed = isSamePlan ? [] : site.changedInputs
            let shared = Self.reason(SharedInput.everyPage.filter(changed.contains))
            for (position, routed) in site.site.pages.enumerated()
            where !ids.contains(routed.page.id) && !run.waiting.contains(routed.page.id) {
                if let reason = reason(
                    for: routed.page, in: site, changed: changed, shared: shared,
                    trustsVersions: true, run)
                {
                    work.pages.append(.init(position: position, reason: reason))
                }
            }
            let builtIn = Site.builtInNotFoundID
            if site.positions[builtIn] == nil, site.records[builtIn] != nil {
                work.removed.append(builtIn)
            }
        }
        work.pages.sort { $0.position < $1.position }
        work.removed.sort()
    }
}
