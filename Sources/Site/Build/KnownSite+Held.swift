import Core
import FoundationEssentials
import Publishing
import SiteModel

/// Handles pages that do not stand as their rows say.
extension KnownSite {
    /// Begins a build.
    func begin() {
        isResolvedAgain = false
        retried = []
    }

    /// Sets which pages wait for a manual build.
    ///
    /// - Returns: whether they have changed, so that places must be recomputed.
    func setWaiting(_ pages: Set<UUID>) -> Bool {
        defer { waiting = pages }
        return waiting != pages
    }

    /// Moves pages that belong to no node's app, and are not in the newest release, from the read
    /// pages to the strays.
    ///
    /// - Returns: whether the strays have changed.
    func takeStrays(from pages: inout [UUID: Page], changed: Set<UUID>) -> Bool {
        let old = content.strayPages
        let strays = pages.values.filter {
            !site.node.builds($0.app) && records[$0.id] == nil
        }
        for page in strays { pages[page.id] = nil }
        guard !strays.isEmpty || old.contains(where: { changed.contains($0.id) }) else {
            return false
        }
        content.strayPages =
            (old.filter { !changed.contains($0.id) } + strays).sorted { $0.precedes($1) }
        return true
    }

    /// Whether the set of apps with pages may have changed, because a page that was read again is
    /// the first of its app, or a removed one was the last.
    ///
    /// - Parameters:
    ///   - live: the pages that were read.
    ///   - changed: the ids of the requested pages.
    ///   - apps: asks the database which apps have pages.
    func hasOtherApps(
        _ live: [Page], changed: Set<UUID>, apps: () async throws -> Set<String>
    ) async throws -> Bool {
        let node = content.node
        let isFirst = live.contains { page in
            (node.builds(page.app) || node.enables(page.app))
                && !(node.builds(page.app) && content.knownApps.contains(page.app))
        }
        if isFirst { return true }
        let leaves = live.contains { page in
            let old = heldRows[page.id] ?? positions[page.id].map { site.pages[$0].page }
            return old.map { !$0.app.isUTF8Equal(to: page.app) } ?? false
        }
        guard leaves || live.count < changed.count else { return false }
        return try await apps() != content.knownApps
    }

    /// Updates routes, menu and plan with the current pages.
    ///
    /// - Parameter changed: pages whose rows were read again; each that failed is tried again.
    func resolve(pages: [Page], changed: Set<UUID> = []) throws {
        for id in changed {
            keepOutline(of: id)
            if failures[id] != nil { retried.insert(id) }
        }
        content.pages = pages
        defer { content.pages = [] }
        var shown = content
        if !wrongFrame.isEmpty { shown.frame = frame }
        let held = HeldPages(
            waiting: waiting, failing: Set(failures.keys).subtracting(retried),
            outlines: outlines)
        resolved = try resolver.resolve(shown, look: look, held: held) { records[$0] != nil }
        noteHeld(among: pages)
        isResolvedAgain = true
    }

    /// Records the rows of pages that do not stand as these rows say.
    func noteHeld(among rows: [Page]) {
        heldRows = [:]
        for page in rows where positions[page.id] == nil || site.retained.contains(page.id) {
            heldRows[page.id] = page
        }
        // A page without a place cannot be tried, and is planned again once it has one.
        for id in site.unplaced { failures[id] = nil }
        guard !failures.isEmpty else { return }
        // A removed page no longer fails, although it was read again.
        let ids = Set(rows.lazy.map(\.id))
        failures = failures.filter {
            heldRows[$0.key] != nil || retried.contains($0.key) && ids.contains($0.key)
        }
    }

    /// Records the newest release's version of a page whose row is about to change.
    private func keepOutline(of id: UUID) {
        guard outlines[id] == nil, records[id] != nil else { return }
        outlines[id] = heldRows[id] ?? positions[id].map { site.pages[$0].page }
    }

    /// Whether a page, with its current row, stands where the site has it, and its place had no
    /// errors.
    ///
    /// - Parameter row: nil when the page is no longer live.
    func hasSamePlace(_ id: UUID, row: Page?) -> Bool {
        guard let row else { return positions[id] == nil && heldRows[id] == nil }
        guard let position = positions[id], !site.unplaced.contains(id) else { return false }
        return row.isPlaced(like: site.pages[position].page)
    }

    /// Replaces a page whose row has changed and whose place in the site has not.
    func replacePage(at position: Int, with page: Page) {
        keepOutline(of: page.id)
        if failures[page.id] != nil { retried.insert(page.id) }
        heldRows[page.id] = nil
        resolved.site.replacePage(at: position, with: page)
    }

    /// Lets failed pages stand as their rows say, to try them again.
    func retry(_ pages: Set<UUID>) throws {
        guard !pages.isEmpty else { return }
        retried.formUnion(pages)
        let isSamePlace = pages.allSatisfy { id in
            guard let row = heldRows[id], let position = positions[id] else { return false }
            return row.isPlaced(like: site.pages[position].page)
        }
        guard isSamePlace else { return try resolve(pages: sortedPages) }
        for id in pages {
            guard let row = heldRows[id], let position = positions[id] else { continue }
            replacePage(at: position, with: row)
        }
    }

    /// The rows of all pages, in the order of a snapshot.
    var sortedPages: [Page] { pages.sorted { $0.precedes($1) } }

    /// Whether other pages, the menu and lists show the page differently from the newest release,
    /// so that they depend on whether it can be rendered.
    func changesPlace(at position: Int) -> Bool {
        let page = site.pages[position].page
        guard records[page.id] != nil else { return true }
        return outlines[page.id].map { !page.isPlaced(like: $0) } ?? false
    }

    /// Records that the release in preparation has the page as its row says.
    func publish(_ record: PageRecord, of id: UUID) {
        keep(record, of: id)
        outlines[id] = nil
        failures[id] = nil
        displaced[id] = nil
        retried.remove(id)
    }

    /// Records that a page failed. It stands as it was published: at once if its place is
    /// unchanged, otherwise after places are recomputed.
    func hold(_ failure: FailedPage, now: Int) {
        let id = failure.id
        var failure = failure
        failure.since = failures[id]?.since ?? now
        failures[id] = failure
        displaced[id] = nil
        retried.remove(id)
        guard let position = positions[id], !changesPlace(at: position) else { return }
        let row = site.pages[position].page
        keepOutline(of: id)
        guard let outline = outlines[id] else { return }
        heldRows[id] = row
        resolved.site.replacePage(at: position, with: outline, isRetained: true)
    }

    /// Pages of the newest release that no longer have a place. A page that waits keeps its file,
    /// even without a place.
    var goneIDs: [UUID] {
        records.keys.filter { positions[$0] == nil && !waiting.contains($0) }.sorted()
    }

    /// Removes the record of a page that the release in preparation does not have.
    func removeRecord(of id: UUID) -> PageRecord? {
        outlines[id] = nil
        return keep(nil, of: id)
    }

    /// Whether the ledger records a failure of a page that no longer fails: it never had a place,
    /// and its row was deleted.
    var hasSettledFailures: Bool {
        !recordedFailures.allSatisfy {
            failures[$0] != nil || site.unplaced.contains($0) || waiting.contains($0)
        }
    }

    /// Returns the files that show, or would show, these pages, by the keys of the pages.
    func files(of ids: Set<UUID>) -> [String: Set<String>] {
        var files: [String: Set<String>] = [:]
        for id in ids {
            let row = heldRows[id]
            guard let key = row?.key ?? failures[id]?.page ?? records[id]?.key else { continue }
            let paths = [
                records[id]?.file, positions[id].map { site.pages[$0].file },
                row.flatMap { try? Route($0.route, page: $0.key).file },
            ]
            files[key, default: []].formUnion(paths.compactMap(\.self))
        }
        return files
    }

    /// Settles which pages do not stand as their rows say in the release in preparation.
    ///
    /// - Returns: the failures to record in the ledger.
    func settleHeld(now: Int) -> [PageFailure] {
        var displaced: [UUID: Int] = [:]
        for id in site.unplaced.union(waiting) { displaced[id] = self.displaced[id] ?? now }
        self.displaced = displaced
        let waits = displaced.map { id, since in
            let key = heldRows[id]?.key ?? records[id]?.key ?? id.uuidString
            return FailedPage(
                page: key, id: id, version: heldRows[id]?.version ?? 0, inputs: [], due: nil,
                since: since,
                diagnostics: waiting.contains(id)
                    ? [] : siteFaults.filter { $0.location.page == key },
                lacksPlace: true)
        }
        recordedFailures = Set(failures.keys).union(displaced.keys)
        return (failures.values + waits).sorted { ($0.page, $0.since) < ($1.page, $1.since) }
            .map(\.entry)
    }
}
