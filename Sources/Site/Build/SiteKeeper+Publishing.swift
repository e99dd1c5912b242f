import Bundling
import Content
import Core
import FoundationEssentials
import Publishing
import Rendering
import SiteModel
import System

extension SiteKeeper {
    /// How long a watcher waits for a running manual build, in milliseconds.
    private static let patience = 10_000
    /// The most pages rendered again because a page that they link to was removed; warnings about
    /// more pages would not be recorded.
    private static let linkingLimit = 1000
    /// With more pages than this, the history records that a build is running.
    private static let smallWork = 64

    /// Builds the release from the work, and publishes it.
    func release(
        _ work: BuildWork, of site: KnownSite, _ run: inout BuildRun,
        progress: @Sendable (BuildProgress) -> Void
    ) async throws {
        var stopwatch = Stopwatch()
        let draft = try folder.beginRelease(
            waitMilliseconds: run.reach == .everything ? 0 : Self.patience)
        run.report.repairs += draft.faults
        do {
            // Checked under the lock: a rollback in the meantime must not be overwritten.
            if let hold = draft.hold {
                run.report.outcome = .held(release: hold.release)
                return draft.discard()
            }
            guard (draft.base?.number ?? 0) == site.release else { throw StaleBuild() }
            // Another process has found files lost: they are removed unless they are rebuilt.
            guard !draft.hasLostFiles || site.knowsLostFiles else { throw StaleBuild() }
            if work.pages.count > Self.smallWork { await history.began(run.report.trigger) }
            var work = work
            try addLinkingPages(to: &work, of: site)
            try await render(&work, of: site, into: draft, &run, progress: progress)
            run.report.phases.append(stopwatch.lap("render"))
            progress(.publishing)
            try await publish(draft, work, of: site, &run)
            run.report.phases.append(stopwatch.lap("publish"))
        } catch {
            draft.discard()
            throw error
        }
    }

    private func publish(
        _ draft: ReleaseDraft, _ work: BuildWork, of site: KnownSite, _ run: inout BuildRun
    ) async throws {
        for id in work.removed {
            try draft.removePage(id: id.uuidString)
            if let record = site.removeRecord(of: id) {
                site.warnings.clear(record.key)
                run.report.changedFiles.insert(record.file)
            }
        }
        run.report.removed = work.removed.count
        run.note(site)
        let isWrong = !run.report.errors.isEmpty
        if isWrong, !run.options.keepsGoing {
            run.report.outcome = .refused
            return draft.discard()
        }
        if !run.options.isForced, let fault = Self.suspicion(of: try draft.pageCounts, site) {
            run.report.diagnostics.append(fault)
            run.report.outcome = .refused
            return draft.discard()
        }
        try setFiles(draft, work, of: site, &run)
        site.inputs = site.planner.inputs
        try draft.setInputs(site.inputs)
        let marker = VersionMarker()
        // After an error, a later build must compare everything again.
        site.provenance.sources = isWrong ? nil : site.sources
        site.provenance.marker = marker.digest(in: run.database)
        site.provenance.origin = DatabaseOrigin.digest(of: run.origin)
        site.provenance.place = parts.place
        site.provenance.hasDrafts = run.options.includesDrafts
        try draft.setProvenance(site.provenance)
        let branding = site.nextBranding
        if site.branding != branding {
            try draft.setBranding(branding.text)
            site.branding = branding
        }
        try draft.setFailures(site.settleHeld(now: run.now))

        let counts = try draft.counts
        (run.report.pages, run.report.files, run.report.bytes) = counts
        // The database is told of the release while the disk writes it, and before the commit.
        let announcement = try announcement(of: marker, run)
        async let announced: Void = announcement.send()
        let prepared = try draft.prepare(
            cause: run.report.trigger, keep: run.options.keptReleases)
        try await announced
        switch try draft.publish(prepared) {
        case .published(let number):
            run.report.outcome = .published(release: number)
            site.release = number
        case .unchanged(let number):
            run.report.outcome = .unchanged(release: number)
            site.release = number
        }
        let tree = folder.path + "/current"
        var anchors = PageAnchors(in: tree)
        let found = run.anchors.check(&anchors)
        run.report.diagnostics += found.report
        site.warnings.checkLinks(
            site.links, files: site.look.paths, changed: run.report.changedFiles, &anchors)
        for (page, warning) in found.warnings { site.warnings.add(warning, of: page) }
        run.report.pagesReadForLinks = anchors.count
        site.knowsLostFiles = false
    }

    /// Adds the pages that link to a route that the release will no longer have: those links are
    /// broken.
    private func addLinkingPages(to work: inout BuildWork, of site: KnownSite) throws {
        let moved = work.pages.compactMap { dirty -> String? in
            let routed = site.site.pages[dirty.position]
            let file = site.records[routed.page.id]?.file
            return file == routed.file ? nil : file
        }
        let files = work.removed.compactMap { site.records[$0]?.file } + moved
        let routes = Set(
            files.compactMap { $0.droppingUTF8Suffix("index.html").map { "/" + $0 } }
        ).filter { site.links.target(of: $0) == nil }
        guard !routes.isEmpty else { return }
        let ids = try folder.pages(linkingTo: routes, limit: Self.linkingLimit)
        let planned = Dictionary(
            work.pages.enumerated().map { ($1.position, $0) },
            uniquingKeysWith: { first, _ in first })
        for id in ids.compactMap(UUID.init(uuidString:)).sorted() {
            guard let position = site.positions[id], !site.site.retained.contains(id) else {
                continue
            }
            if let index = planned[position] {
                // Its fingerprint may be unchanged, and then it would not be rendered.
                work.pages[index].checksLinks = true
                work.pages[index].isOwn = true
                continue
            }
            work.pages.append(.init(positionOfLinkingPage: position))
        }
        work.pages.sort { $0.position < $1.position }
    }

    private func setFiles(
        _ draft: ReleaseDraft, _ work: BuildWork, of site: KnownSite, _ run: inout BuildRun
    ) throws {
        let keepsOld = !site.site.retained.isEmpty
        let isPublished = { (id: UUID, file: String) in site.records[id]?.file == file }
        func set(_ file: Asset) throws {
            let digest = SHA256Digest(hashing: file.bytes)
            let old = site.namedFiles.updateValue(digest, forKey: file.path)
            if old != digest { run.report.changedFiles.insert(file.path) }
            try draft.setAsset(
                path: file.path, bytes: file.bytes, isImmutable: false,
                effort: run.options.compresses ? .page : nil)
        }
        // Files that only held pages link to can be removed once no page is held.
        let endsHold = site.keepsOldAssets && !keepsOld
        guard work.touchesAssets || site.isResolvedAgain || endsHold else {
            if work.touchesTokens { try set(site.look.siteSheet) }
            try setPageSheets(draft, of: site, run)
            let routes = work.listedRoutes.union(run.listedRoutes)
            guard !routes.isEmpty else { return }
            for file in CrawlerFiles.make(
                for: site.site, parts: site.sitemapParts, listing: routes, isPublished: isPublished)
            {
                try set(file)
            }
            return
        }
        let sheets = site.makePageSheets()
        site.settlePageSheets(Set(sheets.keys))
        let assets =
            site.look.assets + sheets.values
            + CrawlerFiles.make(
                for: site.site, parts: site.sitemapParts, isPublished: isPublished)
        for asset in assets where !asset.isImmutable {
            let digest = SHA256Digest(hashing: asset.bytes)
            let old = site.namedFiles.updateValue(digest, forKey: asset.path)
            if old != digest { run.report.changedFiles.insert(asset.path) }
        }
        try draft.setAssets(
            assets.map { ($0.path, $0.bytes, $0.isImmutable) }, keepsOld: keepsOld,
            effort: run.options.compresses ? .asset : nil)
        site.keepsOldAssets = keepsOld
    }

    /// Adds the style sheets of pages with changed components, and removes those that no page uses
    /// any more. For most edits there is nothing to do.
    private func setPageSheets(
        _ draft: ReleaseDraft, of site: KnownSite, _ run: BuildRun
    ) throws {
        let keepsOld = !site.site.retained.isEmpty
        guard site.inputLists.areOthers || site.keepsOldSheets && !keepsOld else { return }
        let (old, sheets) = (site.pageSheets, site.makePageSheets())
        for (path, sheet) in sheets.sorted(by: { $0.key < $1.key }) where !old.contains(path) {
            try draft.setAsset(
                path: path, bytes: sheet.bytes, isImmutable: true,
                effort: run.options.compresses ? .page : nil)
        }
        if keepsOld {
            // A held page may link to one of the old sheets.
            return site.settlePageSheets(old.union(sheets.keys), keepsOld: true)
        }
        for path in old.subtracting(sheets.keys).sorted() {
            try draft.setAsset(path: path, bytes: nil, isImmutable: true, effort: nil)
        }
        site.settlePageSheets(Set(sheets.keys))
    }

    /// Returns why a release is probably a mistake: no page with a row is left, or most pages are
    /// missing.
    private static func suspicion(
        of pages: (before: Int, after: Int), _ site: KnownSite
    ) -> Diagnostic? {
        let node = site.content.node
        if site.site.pages.allSatisfy({ $0.page.id == Site.builtInNotFoundID }),
            site.heldRows.isEmpty
        {
            return Diagnostic(
                .nothingToPublish, "the node has no published page", at: .init(node: node.id),
                hint: "publish a page of one of its apps "
                    + "(\(node.apps.sorted().joined(separator: ", "))), or insist with --force")
        }
        guard pages.before >= 4, pages.after * 2 < pages.before else { return nil }
        return Diagnostic(
            .mostPagesGone, "\(pages.before - pages.after) of \(pages.before) pages would be gone",
            at: .init(node: node.id), hint: "insist with --force when that is meant")
    }
}
