import Bundling
import Content
import Core
import FoundationEssentials
import Publishing
import Rendering
import SiteModel
import System

/// The site as the last build of a node left it, kept by a watcher so that the next build costs
/// only what changed.
///
/// It contains no content, only routes, titles, versions and fingerprints. One build at a time owns
/// it and changes it in place, whatever the size of the site; when that build fails, it is
/// discarded, because it may be ahead of the published site.
final class KnownSite {
    /// Everything about the node except its pages, which are in `site` and `heldRows`.
    var content: NodeContent
    var look: SiteLook
    /// The look of the newest release, as recorded with it.
    var branding: NodeBranding?
    /// The digest of all sources of `look`.
    var sources: SHA256Digest
    /// Computes places and the plan, with the engine that renders pages.
    var resolver: SiteResolver
    /// Routes, menu and plan.
    var resolved: SiteResolver.Resolved
    /// The newest release's record of each page, by the page's id.
    var records: [UUID: PageRecord] = [:]
    /// The distinct lists of inputs of the records, which share them because there are few.
    private(set) var inputLists = InputLists()
    /// The paths of the page style sheets in the newest release.
    private(set) var pageSheets: Set<String> = []
    /// Whether some of these exist only because a held page may link to them.
    private(set) var keepsOldSheets = false
    /// The shared inputs that the newest release was made with.
    var inputs: [String: SHA256Digest]
    /// How the newest release came about as a whole.
    var provenance: ReleaseProvenance
    var failures: [UUID: FailedPage]
    /// Pages that did not stand as their rows say when the newest release was made, without having
    /// failed, and since when, in milliseconds since 1970. Their shared inputs may have changed
    /// since they were planned, so they are planned again once they stand as their rows say.
    var displaced: [UUID: Int]
    /// Pages that failed and that the running build tries again.
    var retried: Set<UUID> = []
    /// Pages with an edit that waits for a manual build.
    var waiting: Set<UUID>
    /// Rows of the frame with an edit that waits for a manual build.
    var waitingFrame: WaitingFrame
    /// Rows of the frame that pages cannot use at present, by their ids.
    var wrongFrame: [UUID: WrongFrameRow] = [:]
    /// Rows of pages that do not stand as these rows say: they fail, wait, or have no place.
    var heldRows: [UUID: Page] = [:]
    /// The pages of the newest release whose rows have changed or been deleted since.
    var outlines: [UUID: Page]
    /// Whether the release keeps files that only held pages link to.
    var keepsOldAssets: Bool
    /// Pages that the ledger records as failing, waiting, or without a place.
    var recordedFailures: Set<UUID>
    /// Whether the running build has recomputed places.
    var isResolvedAgain = false
    var release: Int
    /// Whether pages with lost bytes were left out when the release was read.
    var knowsLostFiles: Bool
    /// Files outside pages whose names do not depend on their content, as last written.
    var namedFiles: [String: SHA256Digest] = [:]
    /// Page id → digest of the contents of its rows, where it was seen together with a published
    /// version.
    private(set) var digests: [UUID: Int64] = [:]
    /// The instant of the last snapshot, and the rows that waited then.
    var seen: (instant: Instant, waiting: WaitingRows)?
    /// The time of the last snapshot, in milliseconds since 1970.
    var judgedAt: Int
    /// When the conditions of a page next change their result, in milliseconds since 1970.
    var nextDue: Int?
    var warnings: SiteWarnings
    /// Whether a report has included the contents of `warnings`.
    var hasToldWarnings = false

    /// - Parameters:
    ///   - content: with all pages.
    ///   - branding: as recorded with the newest release.
    ///   - state: the sources of the newest release.
    ///   - outlines: the pages of the newest release whose rows have changed or been deleted since.
    ///   - waiting: pages with an edit that waits for a manual build.
    ///   - waitingFrame: rows of the frame with such an edit.
    ///   - retriesAll: whether every page that failed is tried again.
    ///   - warnings: those of the newest release.
    init(
        content: NodeContent, look: SiteLook, branding: NodeBranding?, sources: SHA256Digest,
        resolver: SiteResolver, state: PublishedState, outlines: [UUID: Page], waiting: Set<UUID>,
        waitingFrame: WaitingFrame, retriesAll: Bool, warnings: SiteWarnings
    ) throws {
        self.warnings = warnings
        self.look = look
        self.branding = branding
        self.sources = sources
        self.resolver = resolver
        self.outlines = outlines
        self.waiting = waiting
        self.waitingFrame = waitingFrame
        inputs = state.inputs
        provenance = state.provenance
        let failures = FailedPage.all(in: state.failures)
        self.failures = failures.filter { $0.value.lacksPlace != true }
        displaced = failures.filter { $0.value.lacksPlace == true }.mapValues(\.since)
        keepsOldAssets = !failures.isEmpty
        recordedFailures = Set(failures.keys)
        release = state.release
        knowsLostFiles = state.hasLostFiles
        judgedAt = content.now
        // Reserves the full size of a new site at once: growing step by step takes twice the
        // memory.
        records.reserveCapacity(max(content.pages.count, state.pages.count))
        for record in state.pages.values {
            guard let id = UUID(uuidString: record.id) else { continue }
            var record = record
            record.inputs = inputLists.add(record.inputs)
            records[id] = record
        }
        let (failed, published) = (self.failures, records)
        for page in content.pages {
            guard let failure = failed[page.id] else { continue }
            if retriesAll || failure.version != page.version { retried.insert(page.id) }
        }
        resolved = try resolver.resolve(
            content, look: look,
            held: HeldPages(
                waiting: waiting, failing: Set(failed.keys).subtracting(retried),
                outlines: outlines)
        ) { published[$0] != nil }
        self.content = content
        self.content.pages = []
        noteHeld(among: content.pages)
        settlePageSheets(Set(makePageSheets().keys))
        nextDue = findNextDue()
    }

    /// Sets the newest release's record of a page, or removes it.
    @discardableResult
    func keep(_ record: PageRecord?, of id: UUID) -> PageRecord? {
        var record = record
        if let inputs = record?.inputs { record?.inputs = inputLists.add(inputs) }
        let old = records[id]
        records[id] = record
        if let old { inputLists.remove(old.inputs) }
        return old
    }

    /// Returns the style sheets of the pages that stand as their rows say; the others were made
    /// before.
    func makePageSheets() -> [String: Asset] {
        var sheets: [String: Asset] = [:]
        let held = site.retained.compactMap { records[$0]?.inputs }
        for inputs in inputLists.all(without: held) {
            let keys = SharedInput.componentKeys(among: inputs)
            guard let path = look.bundle.sheetPath(of: keys), sheets[path] == nil else { continue }
            sheets[path] = look.bundle.sheet(of: keys)
        }
        return sheets
    }

    /// Sets which page style sheets the release in preparation has.
    ///
    /// - Parameter keepsOld: whether some of them are removed as soon as no page is held.
    func settlePageSheets(_ paths: Set<String>, keepsOld: Bool = false) {
        pageSheets = paths
        keepsOldSheets = keepsOld
        inputLists.areOthers = false
    }

    /// Returns when time next changes a page. Searches all pages, so it is not called for every
    /// edit.
    ///
    /// The build that follows a due time handles it. If it cannot, because the page fails or waits
    /// for a manual build, trying again and again would not help.
    func findNextDue() -> Int? {
        let times =
            records.values.compactMap(\.due) + failures.values.compactMap(\.due)
            + wrongFrame.values.compactMap(\.due)
        return times.filter { $0 > judgedAt }.min()
    }

    /// Updates the plan with the current components and look; pages keep their places.
    func replan() throws {
        resolved.site.replaceComponents(with: content.components)
        resolved.planner = try resolver.planner(for: resolved.site, look: look)
    }

    /// Returns the pages whose rows have changed or been deleted since they were last read.
    ///
    /// Where versions are equal, contents are compared too, with those of the comparison before.
    ///
    /// - Parameter stamps: of every live page, by its id.
    func pages(differingFrom stamps: [UUID: PageStamp]) -> Set<UUID> {
        var seen: [UUID: Int64] = [:]
        seen.reserveCapacity(site.pages.count + heldRows.count)
        for page in pages { seen[page.id] = version(of: page) }
        var differing: Set<UUID> = []
        for (id, stamp) in stamps {
            let isSame =
                seen.removeValue(forKey: id) == stamp.version
                && digests[id].map { $0 == stamp.digest } ?? true
            if !isSame { differing.insert(id) }
        }
        digests = stamps.mapValues(\.digest)
        return differing.union(seen.keys)
    }

    /// Removes the recorded contents of pages whose rows are about to be read again.
    func forgetContents(of pages: Set<UUID>) { for id in pages { digests[id] = nil } }

    /// Returns the version that was published, that failed, or that has no place.
    private func version(of page: Page) -> Int64? {
        if let failure = failures[page.id] { return failure.version }
        return heldRows[page.id]?.version ?? records[page.id]?.version
    }

    /// The branding that a release made now records.
    var nextBranding: NodeBranding {
        var branding = look.branding
        branding.frame = publishedFrame
        branding.apps = site.node.apps.sorted()
        return branding
    }

    var site: Site { resolved.site }
    var planner: RenderPlanner { resolved.planner }
    var links: LinkChecker { resolved.links }
    /// The parts of the sitemap, as indexes into `site.pages`.
    var sitemapParts: [[Int]] { resolved.parts }
    /// Page id → index into `site.pages`.
    var positions: [UUID: Int] { resolved.positions }
    /// The errors of the site as a whole, and of pages that have no place in it.
    var siteFaults: [Diagnostic] { resolved.faults }

    /// The row of every live page in the database, whether the site shows it or not.
    var pages: [Page] {
        let retained = site.retained
        return site.pages.lazy.map(\.page).filter {
            $0.id != Site.builtInNotFoundID && !retained.contains($0.id)
        } + heldRows.values
    }

    /// The current diagnostics of the site, in the order of the steps and of the routes.
    var diagnostics: [Diagnostic] {
        // An error of the frame is reported once, not for every page that uses it.
        var told: Set<Diagnostic> = []
        let failed = failures.values.sorted { ($0.since, $0.page) < ($1.since, $1.page) }
        return look.diagnostics + siteFaults
            + (frameFaults + failed.flatMap(\.diagnostics))
            .filter { $0.location.page != nil || told.insert($0).inserted }
    }

    /// An estimate of the memory in use: the records of each page, and compiled code and files,
    /// much of which nodes with the same components share.
    var bytes: Int {
        let modules = look.bundle.components.values.reduce(0) { $0 + $1.serverCode.utf8.count }
        let files = look.bundle.assets.reduce(0) { $0 + $1.bytes.count }
        return (64 << 10) + 2 * modules + files + (site.pages.count + heldRows.count) << 10
    }

    /// The names of the shared inputs that differ from those of the newest release.
    var changedInputs: Set<String> { inputs(differingFrom: inputs) }

    /// Returns the names of the shared inputs that differ from the given ones.
    func inputs(differingFrom inputs: [String: SHA256Digest]) -> Set<String> {
        var names: Set<String> = []
        for (name, digest) in planner.inputs where inputs[name] != digest { names.insert(name) }
        for name in inputs.keys where planner.inputs[name] == nil { names.insert(name) }
        return names
    }

    /// The pages of the newest release with their inputs.
    var recordedInputs: [(id: String, inputs: [String])] {
        records.values.map { ($0.id, $0.inputs) }
    }

    /// Whether the page, with its current body, places other components than before, since the
    /// components of the site depend on that.
    ///
    /// - Parameter body: nil when the page is no longer live.
    func placesOthers(_ id: UUID, _ body: PageBody?) -> Bool {
        let before = failures[id]?.inputs ?? records[id]?.inputs ?? []
        // Components of the frame belong to the site whatever the page places.
        let shared = Set(frameComponents.map(SharedInput.component))
        let names = Set(before.filter { $0.hasUTF8Prefix(SharedInput.component("")) })
            .subtracting(shared)
        guard let body else { return !names.isEmpty }
        if body.blocks.contains(where: { $0.componentKey == nil }) { return true }
        return names
            != Set(body.blocks.compactMap(\.componentKey).map(SharedInput.component))
            .subtracting(shared)
    }
}

extension Page {
    /// The day of the last edit, as lists of pages show it: days since 1970.
    var day: Int { updatedAtMilliseconds / 86_400_000 }
}
