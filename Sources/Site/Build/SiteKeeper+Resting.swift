import Content
import FoundationEssentials
import Publishing
import SiteModel
import System

extension SiteKeeper {
    /// Checks without the site in memory whether there is nothing to do: of hundreds of nodes, few
    /// are edited, and only those need their sites.
    ///
    /// - Parameter comparesRows: whether all rows are compared, because no change tells of some
    ///   edits.
    /// - Returns: false when anything may differ, so that everything must be read.
    func isUnchangedAtRest(comparesRows: Bool, _ run: inout BuildRun) async throws -> Bool {
        if comparesRows { return try await isSameAtRest(&run) }
        return try isStillAtRest(&run)
    }

    /// Whether the site is unchanged since it was released from memory, also by time.
    private func isStillAtRest(_ run: inout BuildRun) throws -> Bool {
        guard let atRest, try liveRelease == atRest.release,
            VersionMarker.find(atRest.marker, in: run.folders, of: run.database) != nil
        else { return false }
        run.nextDue = nextDue.map { $0 - run.monotonicNow + run.now }
        if let due = run.nextDue, due <= run.now { return false }
        run.report.outcome = .unchanged(release: atRest.release)
        return true
    }

    /// Compares all rows with the newest release.
    private func isSameAtRest(_ run: inout BuildRun) async throws -> Bool {
        let state = try folder.state()
        guard state.release > 0, state.failures.isEmpty, try liveRelease == state.release else {
            return false
        }
        try checkSite(state, run)
        run.marker = VersionMarker.find(
            state.provenance.marker, in: run.folders, of: run.database)
        guard run.marker != nil else { return false }
        var (content, stamps) = try await store.outline(
            node: node, includesDrafts: run.options.includesDrafts)
        let published = state.branding.flatMap(NodeBranding.init)?.frame ?? []
        content.frame = run.waitingFrame.frame(content.frame, published: published)
        let sources = run.input.sources(of: content)
        guard state.provenance.sources == sources else { return false }
        var isSame = true
        for (id, stamp) in stamps {
            if digestsAtRest[id].map({ $0 != stamp.digest }) == true { run.differing.insert(id) }
            guard let record = state.pages[id.uuidString], record.version == stamp.version else {
                isSame = false
                continue
            }
            guard let due = record.due else { continue }
            if due <= run.now { isSame = false }
            run.nextDue = min(run.nextDue ?? due, due)
        }
        digestsAtRest = stamps.mapValues(\.digest)
        let builtIn = state.pages[Site.builtInNotFoundID.uuidString] == nil ? 0 : 1
        guard isSame, run.differing.isEmpty, state.pages.count == stamps.count + builtIn else {
            return false
        }
        run.nextDue = [run.nextDue, content.nextPublication].compactMap(\.self).min()
        atRest = (state.release, state.provenance.marker)
        run.report.outcome = .unchanged(release: state.release)
        return true
    }
}
