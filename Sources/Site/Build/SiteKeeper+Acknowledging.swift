import Content
import Core
import FoundationEssentials
import SiteModel

extension SiteKeeper {
    /// The changes whose effect is not published, since an error is about the row that they changed.
    private func failedChanges(of run: BuildRun) async throws -> Set<UUID> {
        let errors = run.report.errors
        guard !errors.isEmpty else { return [] }
        let shared = run.answered.map(\.subject).filter { $0.table != .pages }
            .compactMap(\.rowID)
        let keys = shared.isEmpty ? [:] : try await store.keys(ofSharedRows: shared)
        let faults = FaultyRows(errors, pages: run.failing.union(run.strays), node: node)
        return Set(run.answered.filter { faults.hold($0.subject, keys: keys) }.map(\.id))
    }

    /// Tells the database which edits are live now; those that failed stay pending.
    func acknowledge(_ run: inout BuildRun) async throws {
        let release: Int
        switch run.report.outcome {
        case .published(let number), .unchanged(let number): release = number
        case .refused:
            tried.formUnion(run.changes.map(\.id))
            fallthrough
        case .held:
            run.report.pending = run.pending.count
            return
        }
        run.report.pending = run.pending.count
        let failed = try await failedChanges(of: run)
        let failedBefore = tried
        tried.formUnion(failed)
        guard run.isHome else {
            // They stay pending, and are looked at once all the same.
            tried = Set(run.answered.map(\.id))
            if run.isSinceLastBuild {
                run.report.pending = run.pending.count - run.answered.count + failed.count
            }
            return run.noteHome()
        }
        let done = run.answered.map(\.id).filter { !failed.contains($0) }
        if !done.isEmpty {
            // On the connection of the claim: without the claim, nothing is acknowledged.
            run.report.lags = try await (generation == nil ? store : claims).acknowledge(
                done, node: options.node, release: release, generation: generation,
                // A build by hand, and a row that was wrong, say nothing about how fast builders are.
                unmeasured: generation == nil ? done : done.filter(failedBefore.contains))
            tried.subtract(done)
        }
        run.report.pending = run.pending.count - done.count
    }
}
