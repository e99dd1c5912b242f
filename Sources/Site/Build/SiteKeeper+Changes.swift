import Bundling
import Content
import Core
import FoundationEssentials
import PostgreSQL
import Publishing
import Rendering
import SiteModel
import System

extension SiteKeeper {
    /// Reads the changed rows, and the pages that time has changed.
    ///
    /// A reconciliation finds changes that no trigger reported: it compares versions and contents
    /// of all rows with the known ones, and reads the rows that differ.
    ///
    /// - Parameter comparesAll: whether this is a reconciliation.
    /// - Returns: nil when there are too many changes or they go too deep, as `run.facts` then says.
    func readChanges(
        _ changed: ChangedRows, comparesAll: Bool, of known: KnownSite, _ run: inout BuildRun
    ) async throws -> BuildWork? {
        var rows = changed
        var stopwatch = Stopwatch()
        if comparesAll {
            guard let differing = try await pages(differingFrom: known, run) else {
                run.facts.changes.sharedRowsDiffer = true
                return nil
            }
            rows.pages.formUnion(differing)
        } else {
            known.forgetContents(of: rows.pages)
        }
        if let next = known.content.nextPublication, next <= run.now {
            rows.pages.formUnion(
                try await store.pagesPublished(after: known.judgedAt, of: known.content.node))
        }
        // A page that no longer waits is read again: its waiting edit was published or reverted. If
        // a table waits to be emptied, its new rows wait, too.
        let waiting = run.waitingPages(
            among: Array(known.records.keys) + known.heldRows.keys + rows.pages)
        rows.pages.formUnion(known.waiting.subtracting(waiting))
        rows.pages.subtract(waiting)
        run.facts.changes.pages = rows.pages.count
        if run.facts.next == .readEverything { return nil }
        known.content.now = run.now
        known.judgedAt = run.now
        known.begin()
        known.warnings.begin()

        var pages: [UUID: Page] = [:]
        var bodies: [UUID: PageBody] = [:]
        let isOtherFrame = try await readFrame(of: known, rows, run)
        let isReconsidered = known.reconsiderFrame(
            editedPages: rows.pages, editsComponents: rows.hasComponents)
        let changesFrame = isOtherFrame || isReconsidered
        var (placesOthers, changesStrays) = (false, false)
        if !rows.pages.isEmpty {
            let live = try await store.pagesWithBodies(
                Array(rows.pages), of: known.content.node,
                includesDrafts: run.options.includesDrafts)
            run.facts.changes.hasOtherApps = try await known.hasOtherApps(
                live.map(\.0), changed: rows.pages
            ) { try await store.knownApps(of: known.content.node) }
            if run.facts.next == .readEverything { return nil }
            for (page, body) in live { (pages[page.id], bodies[page.id]) = (page, body) }
            changesStrays = known.takeStrays(from: &pages, changed: rows.pages)
            placesOthers = rows.pages.contains { known.placesOthers($0, bodies[$0]) }
        }
        if pages.count < rows.pages.count
            || known.content.nextPublication.map({ $0 <= run.now }) == true
        {
            known.content.nextPublication = try await store.nextPublication(
                of: known.content.node)
        }

        // Whether the known places of pages, and the known plan, are still valid.
        var (isResolved, isPlanned) = (true, true)
        if rows.hasComponents || placesOthers || changesFrame {
            let components = try await store.components(
                of: known.content.node, includesDrafts: run.options.includesDrafts,
                use: componentUse(of: known, run))
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
        if rows.hasTokens || changesFrame || !isPlanned {
            if rows.hasTokens { known.content.tokens = try await store.tokens() }
            work.touchesTokens = true
            if try await !relook(known, componentsChanged: !isPlanned, run.input) {
                isPlanned = false
            }
        }
        run.report.phases.append(stopwatch.lap("read"))

        // The blocks of pages affect their places.
        isResolved = !known.setWaiting(waiting) && !changesFrame && !changesStrays
        for id in rows.pages where isResolved {
            isResolved = known.hasSamePlace(id, row: pages[id])
        }
        if !isResolved || !isPlanned { known.resolver = try await run.input.resolver() }
        if isResolved {
            for (id, page) in pages {
                guard let position = known.positions[id] else { continue }
                let old = known.site.pages[position].page
                let isListedOtherwise =
                    page.day != old.day || page.isHiddenFromSearch != old.isHiddenFromSearch
                if isListedOtherwise, known.site.node.baseURL != nil {
                    work.listedRoutes.insert(known.site.pages[position].route.text)
                }
                known.replacePage(at: position, with: page)
            }
        } else {
            let kept = known.pages.filter { !rows.pages.contains($0.id) }
            try known.resolve(
                pages: (kept + pages.values).sorted { $0.precedes($1) }, changed: rows.pages)
        }
        if !isPlanned || !isResolved {
            if isResolved { try known.replan() }
            if known.reconsiderFrameByInputs() {
                try await refreshComponents(of: known, run)
                try known.resolve(pages: known.sortedPages)
                isResolved = false
            }
            try await giveSetup(of: known, run.input)
            work.touchesAssets = true
            run.report.phases.append(stopwatch.lap("bundle"))
        }
        let isDue = known.nextDue.map { $0 <= run.now } ?? false
        if isDue { known.nextDue = known.findNextDue() }
        run.facts.rows = .changed(isSamePlan: isResolved && isPlanned, isDue: isDue)
        try addPages(read: rows.pages, bodies: bodies, to: &work, of: known, run)
        if known.isResolvedAgain { work.removed = known.goneIDs }
        return work
    }

    /// Returns the pages whose rows differ from the known ones; nil when anything else differs.
    private func pages(
        differingFrom known: KnownSite, _ run: BuildRun
    ) async throws -> Set<UUID>? {
        var (content, stamps) = try await store.outline(
            node: node, includesDrafts: run.options.includesDrafts,
            use: componentUse(of: known, run), apps: known.content.node.publishedApps)
        content.keepStrays { known.records[$0] != nil }
        content.frame = run.waitingFrame.frame(
            content.frame, published: known.lastFrame)
        let sources = run.input.sources(of: content)
        guard sources == known.sources, known.look.isSound,
            try folder.currentRelease()?.number == known.release
        else { return nil }
        return known.pages(differingFrom: stamps)
    }

    /// Reads the frame again when one of its rows was changed, or began or stopped waiting. Its
    /// rows name their components by key, which an edit of a component may change.
    ///
    /// - Returns: whether the frame has changed.
    private func readFrame(
        of known: KnownSite, _ rows: ChangedRows, _ run: BuildRun
    ) async throws -> Bool {
        let waiting = run.waitingFrame
        guard rows.hasFrame || rows.hasComponents || waiting != known.waitingFrame else {
            return false
        }
        known.waitingFrame = waiting
        let frame = waiting.frame(
            try await store.frame(
                of: known.content.node, includesDrafts: run.options.includesDrafts),
            published: known.lastFrame)
        guard frame != known.content.frame else { return false }
        known.content.frame = frame
        return true
    }

    /// Rebuilds the look after its rows changed.
    ///
    /// - Returns: whether plans of pages are unchanged, because only values of tokens changed.
    private func relook(
        _ site: KnownSite, componentsChanged: Bool, _ input: BuildInput
    ) async throws -> Bool {
        site.sources = input.sources(of: site.content)
        if !componentsChanged,
            let look = try site.look.retoned(for: site.content, input: input)
        {
            site.look = look
            return true
        }
        site.look = try await SiteLook.make(
            for: site.content, input: input, published: site.look.branding)
        return false
    }

    /// Reads the components again after other rows of the frame were found wrong or possibly
    /// correct.
    func refreshComponents(of known: KnownSite, _ run: BuildRun) async throws {
        let components = try await store.components(
            of: known.content.node, includesDrafts: run.options.includesDrafts,
            use: componentUse(of: known, run))
        guard components != known.content.components else { return }
        known.content.components = components
        _ = try await relook(known, componentsChanged: true, run.input)
    }

    private func componentUse(of known: KnownSite, _ run: BuildRun) -> ComponentUse {
        var held = run.waitingFrame
        held.rows.formUnion(known.wrongFrame.keys)
        return componentUse(
            run, published: known.recordedInputs, heldFrame: held, frame: known.lastFrame)
    }

    /// Returns which pages and rows of the frame determine the node's components: rows that wait,
    /// and wrong rows, count as they were published.
    func componentUse(
        _ run: BuildRun, published: @autoclosure () -> [(id: String, inputs: [String])],
        heldFrame: WaitingFrame, frame: [FrameBlock]
    ) -> ComponentUse {
        var use = ComponentUse()
        use.isWhole = run.waiting.isWhole(.pages)
        let waiting = run.waiting.pages
        if use.isWhole || !waiting.isEmpty {
            use.waiting = waiting.sorted()
            let names = Set(waiting.map(\.uuidString))
            let prefix = SharedInput.component("")
            var keys: Set<String> = []
            for (id, inputs) in published() where use.isWhole || names.contains(id) {
                for name in inputs where name.hasUTF8Prefix(prefix) {
                    keys.insert(String(name.utf8.dropFirst(prefix.utf8.count)) ?? "")
                }
            }
            use.published = keys.sorted()
        }
        heldFrame.note(in: &use, published: frame)
        return use
    }
}
