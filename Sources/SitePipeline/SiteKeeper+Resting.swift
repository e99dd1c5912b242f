import ContentStore
import FoundationEssentials
import Publishing
import SiteModel
import SystemSupport

extension SiteKeeper {
    /// Compares all rows with the newest release while nothing is known of the site, and leaves it at
    /// that: of hundreds of nodes, few are edited, and only those need their sites in memory.
    ///
    /// - Returns: false when anything differs, so that everything must be read.
    func isUnchangedAtRest(_ run: inout BuildRun) async throws -> Bool {
        guard !options.isForced, run.changes.isEmpty else { return false }
        let state = try folder.state()
        guard state.release > 0, state.failures.isEmpty, try liveRelease == state.release else {
            return false
        }
        try checkOrigin(of: state, run)
        run.marker = VersionMarker.find(
            state.inputs[VersionMarker.name], in: run.folders, of: run.database)
        guard run.marker != nil else { return false }
        let (content, stamps) = try await store.outline(
            node: node, includesDrafts: options.includesDrafts)
        let sources = SourceDigest.of(content, library: library, engineVersion: engineVersion)
        guard state.inputs[SourceDigest.name] == sources else { return false }
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
        run.report.outcome = .unchanged(release: state.release)
        return true
    }
}
