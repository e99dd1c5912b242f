import Publishing
import System

extension SiteKeeper {
    /// Between two looks of a watch that has nothing to do, in milliseconds: with hundreds of nodes,
    /// each look counts.
    static let idleLooks = 60_000

    /// Looks whether the folder is what the ledger says, as far as a few milliseconds allow, and
    /// repairs it. Insisting on a build looks at everything.
    ///
    /// - Returns: what was wrong.
    func inspectFolder(for reach: BuildReach) async throws -> [SiteFault] {
        var faults: [SiteFault] = []
        if !folder.isInPlace {
            faults.append(
                SiteFault(path: folder.path, problem: "was removed or replaced", remedy: .restored))
            try await reopenFolder()
        }
        if options.isForced {
            faults += try await verifyFolder()
        } else if reach != .changes {
            let (found, sample) = try await Self.inspect(folder, samples.start)
            samples.start = sample
            faults += take(found)
        }
        return faults
    }

    /// Looks at another part of the folder while there is nothing to build, if it is time for that.
    ///
    /// - Returns: what was wrong, and whether a build must make something again.
    func inspectIdly() async throws -> (faults: [SiteFault], needsBuild: Bool) {
        guard folder.isInPlace else { return ([], true) }
        let now = monotonicMilliseconds()
        guard lastIdleLook.map({ now - $0 >= Self.idleLooks }) ?? true else { return ([], false) }
        lastIdleLook = now
        let (folder, start) = (folder, samples.idle)
        let (found, sample) = try await looking { try await Self.inspect(folder, start) }
        samples.idle = sample
        return (take(found), found.contains(where: \.needsBuild))
    }

    /// Compares everything in the folder, and repairs it.
    func verifyFolder() async throws -> [SiteFault] {
        take(try await Self.verify(folder, overHold: options.isForced))
    }

    /// What was known of the site may not be true any more after a repair.
    private func take(_ faults: [SiteFault]) -> [SiteFault] {
        if faults.contains(where: { $0.needsBuild || $0.remedy == .none }) { forgetSite() }
        return faults
    }

    @concurrent
    private static func inspect(
        _ folder: SiteFolder, _ sample: SiteSample
    ) async throws -> ([SiteFault], SiteSample) {
        var sample = sample
        return (try folder.inspect(&sample), sample)
    }

    @concurrent
    private static func verify(
        _ folder: SiteFolder, overHold: Bool
    ) async throws -> [SiteFault] {
        try folder.verify(repairs: true, overHold: overHold).faults
    }
}
