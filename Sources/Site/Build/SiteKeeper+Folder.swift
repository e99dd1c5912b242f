import Publishing
import System

extension SiteKeeper {
    /// The milliseconds between two inspections by an idle watcher: with hundreds of nodes, each
    /// inspection counts.
    static let idleLooks = 60_000

    /// Checks the folder against the ledger, a sample of it as far as a few milliseconds allow, and
    /// repairs it.
    ///
    /// - Returns: the faults found.
    func inspectFolder(_ inspection: BuildStep.Inspection) async throws -> [FolderFault] {
        var faults: [FolderFault] = []
        if !folder.isInPlace {
            faults.append(
                FolderFault(
                    path: folder.path, problem: "was removed or replaced", remedy: .restored))
            try await reopenFolder()
        }
        switch inspection {
        case .nothing: break
        case .everything: faults += try await verifyFolder()
        case .sample:
            let (found, sample) = try await inspect(folder, samples.start)
            samples.start = sample
            faults += take(found)
        }
        return faults
    }

    /// Inspects another part of the folder while there is nothing to build, if it is due.
    ///
    /// - Returns: the faults found, and whether a build must recreate something.
    func inspectIdly() async throws -> (faults: [FolderFault], needsBuild: Bool) {
        guard folder.isInPlace else { return ([], true) }
        let now = monotonicMilliseconds()
        guard lastIdleLook.map({ now - $0 >= Self.idleLooks }) ?? true else { return ([], false) }
        lastIdleLook = now
        let (folder, start) = (folder, samples.idle)
        let (found, sample) = try await looking { try await inspect(folder, start) }
        samples.idle = sample
        return (take(found), found.contains(where: \.needsBuild))
    }

    /// Compares everything in the folder, and repairs it.
    func verifyFolder() async throws -> [FolderFault] {
        let (folder, overHold) = (folder, options.isForced)
        return take(
            try await blocking.run {
                try folder.verify(repairs: true, overHold: overHold).faults
            })
    }

    /// Discards the known site if a repair may have invalidated it.
    private func take(_ faults: [FolderFault]) -> [FolderFault] {
        if faults.contains(where: { $0.needsBuild || $0.remedy == .none }) { forgetSite() }
        return faults
    }

    /// Does not occupy the keeper.
    private nonisolated func inspect(
        _ folder: SiteFolder, _ sample: InspectionSample
    ) async throws -> ([FolderFault], InspectionSample) {
        try await blocking.run {
            var sample = sample
            return (try folder.inspect(&sample), sample)
        }
    }

    private nonisolated var blocking: BlockingExecutor { parts.resources.blocking }
}
