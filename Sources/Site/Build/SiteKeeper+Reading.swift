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
    /// Reads all rows except the bodies of pages, and compares them with the newest release.
    ///
    /// - Parameter last: the site as the last build knew it.
    /// - Returns: nil when nothing has changed and the site need not be in memory.
    func readEverything(
        after last: KnownSite?, _ run: inout BuildRun,
        progress: @Sendable (BuildProgress) -> Void
    ) async throws -> (site: KnownSite, work: BuildWork)? {
        var stopwatch = Stopwatch()
        var (content, state) = try await contentAndState(run)
        let branding = state.branding.flatMap(NodeBranding.init)
        content.frame = run.waitingFrame.frame(
            content.frame, published: branding?.frame ?? [])
        run.report.phases.append(stopwatch.lap("read"))

        let sources = run.input.sources(of: content)
        try checkSite(state, run)
        run.marker = VersionMarker.find(
            state.provenance.marker, in: run.folders, of: run.database)
        let isSame =
            try state.provenance.sources == sources && state.failures.isEmpty
            && Self.matches(content, state)
            && folder.currentRelease()?.number == state.release
        run.facts.snapshot?.provesVersions = run.marker != nil
        run.facts.rows = .everything(isSame: isSame)
        guard case .plan(let scope) = run.facts.next else {
            run.report.outcome = .unchanged(release: state.release)
            let warnings = SiteWarnings(try folder.warnings())
            (run.report.warnings, run.report.olderWarnings) = (warnings.all, warnings.older)
            return nil
        }

        progress(.bundling)
        let look: SiteLook
        if let last, last.sources == sources, last.look.isSound {
            look = last.look
        } else {
            look = try await SiteLook.make(
                for: content, input: run.input, published: branding)
        }
        let waiting = run.waitingPages(among: state.ids + content.pages.map(\.id))
        let site = try KnownSite(
            content: content, look: look, branding: branding, sources: sources,
            resolver: try await run.input.resolver(), state: state,
            outlines: try outlines(
                besides: content, state, waiting: waiting,
                trustsVersions: scope == .everyPage(trustsVersions: true)),
            waiting: waiting, waitingFrame: run.waitingFrame,
            retriesAll: run.reach == .everything,
            warnings: SiteWarnings(try folder.warnings()))
        let work = try work(in: site, run)
        try await giveSetup(of: site, run.input)
        // The rows are parsed: their memory is freed before the pages need room.
        releaseFreeMemory()
        run.report.phases.append(stopwatch.lap("bundle"))
        return (site, work)
    }

    /// Reads both at the same time, unless the published release determines which components count.
    private func contentAndState(_ run: BuildRun) async throws -> (NodeContent, PublishedState) {
        async let loading = Self.state(of: folder)
        var use = ComponentUse()
        if !run.waiting.isEmpty {
            let state = try await loading
            use = componentUse(
                run, published: state.pages.values.map { ($0.id, $0.inputs) },
                heldFrame: run.waitingFrame,
                frame: state.branding.flatMap(NodeBranding.init)?.frame ?? [])
        }
        var content = try await store.content(
            node: node, includesDrafts: run.options.includesDrafts, use: use)
        let state = try await loading
        if let published = state.branding.flatMap(NodeBranding.init)?.apps {
            content.publishedApps = Set(published)
            if content.appFaults.contains(where: { $0.severity == .error }) {
                // A wrong name removes no page from the site, and does not block pages of other
                // apps.
                let right = content.node.enabledApps.filter {
                    $0.isComposed && content.acceptedApps.contains($0)
                }
                content = try await store.content(
                    node: node, includesDrafts: run.options.includesDrafts, use: use,
                    apps: content.publishedApps.union(right).sorted())
                content.publishedApps = Set(published)
            }
        }
        content.keepStrays { state.pages[$0.uuidString] != nil }
        return (content, state)
    }

    /// Returns the newest release's version of pages whose rows have changed or been deleted since;
    /// all other pages are as their rows say.
    private func outlines(
        besides content: NodeContent, _ state: PublishedState, waiting: Set<UUID>,
        trustsVersions: Bool
    ) throws -> [UUID: Page] {
        let rows = Dictionary(
            content.pages.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var records: [String: (record: PageRecord, row: Page?)] = [:]
        for record in state.pages.values {
            guard let id = UUID(uuidString: record.id) else { continue }
            let row = rows[id]
            guard let row, trustsVersions, row.version == record.version, !waiting.contains(id)
            else {
                // A deleted page that does not wait has no place.
                if row != nil || waiting.contains(id) { records[record.id] = (record, row) }
                continue
            }
        }
        guard !records.isEmpty else { return [:] }
        let texts = try folder.outlines(of: Set(records.keys))
        var outlines: [UUID: Page] = [:]
        for (name, (record, row)) in records {
            guard let id = UUID(uuidString: name) else { continue }
            let page = texts[name].flatMap {
                Page(outline: $0, id: id, version: record.version)
            }
            outlines[id] = page ?? Page(guessing: record, id: id, row: row)
        }
        return outlines
    }

    /// Does not occupy the keeper, so that the rows are read meanwhile.
    @concurrent
    private static func state(of folder: SiteFolder) async throws -> PublishedState {
        try folder.state()
    }

    /// - Throws: a diagnostic when the folder has the site of another database, whose pages would
    ///   all be replaced, or when drafts would be mixed with published pages.
    func checkSite(_ state: PublishedState, _ run: BuildRun) throws {
        try checkFolder(state.provenance, release: state.release, origin: run.origin)
    }

    func checkFolder(_ provenance: ReleaseProvenance, release: Int, origin: String) throws {
        let hasDrafts = provenance.hasDrafts
        if options.includesDrafts, release > 0, !hasDrafts {
            throw refusalOfDrafts("the folder '\(folder.path)' has the published site")
        }
        if hasDrafts, !options.includesDrafts, !options.isForced {
            throw Diagnostic(
                .otherFolder, "the folder '\(folder.path)' has a site with drafts",
                at: .init(node: node),
                hint: "give another --output, or replace the site once with: "
                    + commandLine("build", node: node, output: options.output, "--force"))
        }
        guard !options.isForced else { return }
        let fault = DatabaseOrigin.fault(
            in: provenance, of: folder, node: node, output: options.output, origin: origin,
            database: parts.database)
        if let fault { throw fault }
    }

    /// Returns why a folder accepts no drafts.
    func refusalOfDrafts(_ reason: String) -> Diagnostic {
        Diagnostic(
            .otherFolder, reason + ", and drafts are not for visitors", at: .init(node: node),
            hint: "give drafts an --output of their own")
    }

    /// Whether the newest release was made from exactly these pages, and time has changed none of
    /// them.
    private static func matches(_ content: NodeContent, _ state: PublishedState) -> Bool {
        guard state.release > 0 else { return false }
        var found = 0
        for page in content.pages {
            guard let record = state.pages[page.id.uuidString], record.version == page.version
            else { return false }
            if let due = record.due, due <= content.now { return false }
            found += 1
        }
        // The page that replaces a missing 404 page has no row.
        let builtIn = state.pages[Site.builtInNotFoundID.uuidString] == nil ? 0 : 1
        return state.pages.count == found + builtIn
    }
}

extension PublishedState {
    /// The ids of the release's pages.
    fileprivate var ids: [UUID] { pages.keys.compactMap(UUID.init) }
}

extension Page {
    /// Creates the likely version in a release of a page that was recorded without an outline,
    /// because an older version of this program made the release.
    ///
    /// - Parameter row: the current row; nil when there is none.
    fileprivate init(guessing record: PageRecord, id: UUID, row: Page?) {
        self =
            row
            ?? Page(id: id, key: record.key, app: "shared", name: record.key, route: "")
        key = record.key
        let file = record.file == Site.notFoundFile ? "404/index.html" : record.file
        route = "/" + file.dropLast("index.html".utf8.count)
        version = record.version
    }
}
