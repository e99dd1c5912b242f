import Bundling
import Content
import Core
import FoundationEssentials
import Publishing
import Rendering
import SiteModel
import System

/// What the last build of a node knew, kept by a watcher so that the next one costs what changed.
///
/// It has no content: routes, titles, versions and fingerprints only. One build at a time owns it and
/// changes it in place, whatever the size of the site; when that build fails, it is thrown away, since
/// it may be ahead of what was published.
final class KnownSite {
    /// Everything about the node but its pages, which are in `site` and `heldRows`.
    var content: SiteContent
    var look: SiteLook
    /// What the newest release recorded of the look that it was made with.
    var branding: NodeBranding?
    /// Digest of everything that `look` was made from.
    var sources: SHA256Digest
    /// Works out places and plan, with the engine that pages are rendered with.
    var resolver: SiteResolver
    /// Routes, menu and plan.
    var resolved: SiteResolver.Resolved
    /// What the newest release has of each page, by the page's id.
    var records: [UUID: PageRecord] = [:]
    /// The lists of inputs that records have, of which there are few, so that they share them.
    private(set) var inputLists = InputLists()
    /// Where the style sheets of pages are that the newest release has.
    private(set) var pageSheets: Set<String> = []
    /// Whether some of these are there only because a page that is held may link to them.
    private(set) var keepsOldSheets = false
    /// The shared inputs that the newest release was made with.
    var inputs: [String: SHA256Digest]
    var failures: [UUID: FailedPage]
    /// Pages that did not stand as their rows said when the newest release was made, without having
    /// failed, and since when, in milliseconds since 1970. What they share may have changed since they
    /// were planned, so they are planned again once they do.
    var displaced: [UUID: Int]
    /// Pages that failed and are tried again by the build that is under way.
    var retried: Set<UUID> = []
    /// Pages with an edit that waits for a build by hand.
    var waiting: Set<UUID>
    /// Rows of the frame with one.
    var waitingFrame: WaitingFrame
    /// Rows of the frame that pages cannot have as they are, by their ids.
    var wrongFrame: [UUID: WrongFrameRow] = [:]
    /// Rows of pages that do not stand as these say: they fail, wait, or have no place.
    var heldRows: [UUID: Page] = [:]
    /// What the newest release has of pages whose rows are others by now, or gone.
    var outlines: [UUID: Page]
    /// Whether the release keeps files that only pages link to which do not stand as their rows say.
    var keepsOldAssets: Bool
    /// Pages of which the ledger says that they fail, wait, or have no place.
    var recordedFailures: Set<UUID>
    /// Whether places were worked out again by the build that is under way.
    var isResolvedAgain = false
    var release: Int
    /// Whether what lost its bytes was left out when the release was read.
    var knowsLostFiles: Bool
    /// The files beside the pages whose names do not tell their content, as they were written last.
    var namedFiles: [String: SHA256Digest] = [:]
    /// Page id → digest over the contents of its rows, where one was seen together with a version that
    /// was published.
    private(set) var digests: [UUID: Int64] = [:]
    /// What the last snapshot showed, and which rows waited then.
    var seen: (instant: Instant, waiting: WaitingRows)?
    /// The instant of the last snapshot, in milliseconds since 1970.
    var judgedAt: Int
    /// When the conditions of some page give another answer, in milliseconds since 1970.
    var nextDue: Int?
    var warnings: SiteWarnings
    /// Whether a report has told what `warnings` has.
    var hasToldWarnings = false

    /// - Parameters:
    ///   - content: with all pages.
    ///   - branding: what the newest release recorded.
    ///   - state: what the newest release was made from.
    ///   - outlines: what the newest release has of pages whose rows are others by now, or gone.
    ///   - waiting: pages with an edit that waits for a build by hand.
    ///   - waitingFrame: rows of the frame with one.
    ///   - retriesAll: whether every page that failed is tried again.
    ///   - warnings: those of the newest release.
    init(
        content: SiteContent, look: SiteLook, branding: NodeBranding?, sources: SHA256Digest,
        resolver: SiteResolver, state: SiteState, outlines: [UUID: Page], waiting: Set<UUID>,
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
        let failures = FailedPage.all(in: state.failures)
        self.failures = failures.filter { $0.value.lacksPlace != true }
        displaced = failures.filter { $0.value.lacksPlace == true }.mapValues(\.since)
        keepsOldAssets = !failures.isEmpty
        recordedFailures = Set(failures.keys)
        release = state.release
        knowsLostFiles = state.hasLostFiles
        judgedAt = content.now
        // A new site grows to its size at once: growing step by step takes twice the room.
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

    /// Takes over what the newest release has of a page, or that it has nothing of it.
    @discardableResult
    func keep(_ record: PageRecord?, of id: UUID) -> PageRecord? {
        var record = record
        if let inputs = record?.inputs { record?.inputs = inputLists.add(inputs) }
        let old = records[id]
        records[id] = record
        if let old { inputLists.remove(old.inputs) }
        return old
    }

    /// The style sheets of the pages that stand as their rows say; those of others were made before.
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

    /// Takes over which style sheets of pages the release that is being made has.
    ///
    /// - Parameter keepsOld: whether some of them go as soon as no page is held.
    func settlePageSheets(_ paths: Set<String>, keepsOld: Bool = false) {
        pageSheets = paths
        keepsOldSheets = keepsOld
        inputLists.areOthers = false
    }

    /// Looks through all pages, so not for every edit.
    ///
    /// What was due at the last snapshot is done by the build that looks at it. Where that cannot be,
    /// since the page fails or waits for a build by hand, looking again and again would not help.
    func findNextDue() -> Int? {
        let times =
            records.values.compactMap(\.due) + failures.values.compactMap(\.due)
            + wrongFrame.values.compactMap(\.due)
        return times.filter { $0 > judgedAt }.min()
    }

    /// Gives the plan the components and the look that there are now; no page has another place.
    func replan() throws {
        resolved.site.replaceComponents(with: content.components)
        resolved.planner = try resolver.planner(for: resolved.site, look: look)
    }

    /// The pages whose rows are others than those that were looked at last, or are gone.
    ///
    /// Where versions are equal, contents are compared too, with those of the comparison before.
    ///
    /// - Parameter stamps: of every page that is live, by its id.
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

    /// Lets go of what was seen in the rows of pages which are about to be read again.
    func forgetContents(of pages: Set<UUID>) { for id in pages { digests[id] = nil } }

    /// The version that was published, that failed, or that has no place.
    private func version(of page: Page) -> Int64? {
        if let failure = failures[page.id] { return failure.version }
        return heldRows[page.id]?.version ?? records[page.id]?.version
    }

    /// What a release that is made now records.
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
    /// What is wrong with the site as a whole, and with pages that have no place in it.
    var siteFaults: [Diagnostic] { resolved.faults }

    /// The row of every page that is live in the database, whether the site shows it or not.
    var pages: [Page] {
        let retained = site.retained
        return site.pages.lazy.map(\.page).filter {
            $0.id != Site.builtInNotFoundID && !retained.contains($0.id)
        } + heldRows.values
    }

    /// What there is to say about the site now, in the order of the steps and of the routes.
    var diagnostics: [Diagnostic] {
        // What is wrong with the frame is told once, not for every page that has it.
        var told: Set<Diagnostic> = []
        let failed = failures.values.sorted { ($0.since, $0.page) < ($1.since, $1.page) }
        return look.diagnostics + siteFaults
            + (frameFaults + failed.flatMap(\.diagnostics))
            .filter { $0.location.page != nil || told.insert($0).inserted }
    }

    /// About how much memory this takes: what is kept of each page, and compiled code and files, of which
    /// nodes with the same components share much.
    var bytes: Int {
        let modules = look.bundle.components.values.reduce(0) { $0 + $1.serverCode.utf8.count }
        let files = look.bundle.assets.reduce(0) { $0 + $1.bytes.count }
        return (64 << 10) + 2 * modules + files + (site.pages.count + heldRows.count) << 10
    }

    /// The names of the shared inputs that differ from those of the newest release.
    var changedInputs: Set<String> { inputs(differingFrom: inputs) }

    /// The names of the shared inputs that differ from others.
    func inputs(differingFrom inputs: [String: SHA256Digest]) -> Set<String> {
        var names: Set<String> = []
        for (name, digest) in planner.inputs where inputs[name] != digest { names.insert(name) }
        for name in inputs.keys where planner.inputs[name] == nil { names.insert(name) }
        // These say what the release was made from, and no page reads them.
        return names.subtracting([
            SourceDigest.name, VersionMarker.name, DatabaseOrigin.name, DraftsMark.name,
        ]).filter { !DatabaseOrigin.isPlace($0) }
    }

    /// The pages of the newest release and what they read.
    var recordedInputs: [(id: String, inputs: [String])] {
        records.values.map { ($0.id, $0.inputs) }
    }

    /// Whether the page, as its body is now, places components that it did not place before, or the
    /// other way round: which components a site has follows from that.
    ///
    /// - Parameter body: nil when the page is not live any more.
    func placesOthers(_ id: UUID, _ body: PageBody?) -> Bool {
        let before = failures[id]?.inputs ?? records[id]?.inputs ?? []
        // Those of the frame belong to the site whatever the page places.
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
