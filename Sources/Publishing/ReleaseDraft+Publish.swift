import SQLite
import Synchronization
import SystemSupport

extension ReleaseDraft {
    /// How a release ended.
    public enum Outcome: Sendable, Hashable {
        case published(release: Int)
        /// The files are those of the newest release, which is served.
        case unchanged(release: Int)
    }

    /// Rows that every release may forget for dropped releases, beside twice what it changed.
    private static let prunedRows = 512

    /// Makes the release durable and serves it. When no file differs from the newest release, only
    /// what is remembered of pages, inputs and failures is written.
    ///
    /// - Parameter cause: what led to the release, in the user's words.
    /// - Parameter keep: how many of the newest releases can be returned to.
    /// - Parameter fence: called at the last moment before the release takes effect; an error
    ///   discards it.
    /// - Throws: when the release could not be made; the served site is unchanged. When that
    ///   happened after the commit, such as for want of room for the tree, the next one who opens
    ///   the site completes the release.
    public func publish(
        cause: String, keep: Int, fence: (() throws -> Void)? = nil
    ) throws -> Outcome {
        let (outcome, isFilled): (Outcome, Bool)
        do {
            (outcome, isFilled) = try attempt { try commit(cause: cause, keep: keep, fence: fence) }
        } catch {
            discard()
            throw error
        }
        defer { end() }
        if case .published = outcome { try folder.converge(isFilled: isFilled) }
        return outcome
    }

    /// - Returns: how it ended, and whether the spare tree has been filled with the release.
    private func commit(
        cause: String, keep: Int, fence: (() throws -> Void)?
    ) throws -> (Outcome, isFilled: Bool) {
        let (number, createdAt) = (place.number, createdAt)
        let (draft, written) = state.withLock { state in
            (
                (
                    totals: state.totals, changesRecords: state.changesRecords,
                    changedFiles: state.changedFiles
                ), state.written
            )
        }
        let (changesFiles, current) = try folder.ledger.write { ledger in
            (try ledger.hasChangedFiles(release: number), try ledger.site().current)
        }
        if let base, base.number == current, !changesFiles {
            if draft.changesRecords {
                try fence?()
                try folder.ledger.write { try $0.database.commit() }
            } else {
                folder.ledger.rollBack()
            }
            return (.unchanged(release: current), false)
        }
        let inTrees = folder.oldestReleaseInTrees
        try folder.ledger.write { ledger in
            try ledger.insert(
                draft.totals, release: number, createdAt: createdAt, cause: cause)
            try ledger.prune(
                before: try ledger.oldestRelease(keeping: max(1, keep)), trees: inTrees,
                limit: Self.prunedRows + 2 * draft.changedFiles)
        }
        let isFilled = try makeDurable(written)
        try fence?()
        try folder.ledger.write { try $0.database.commit() }
        return (.published(release: number), isFilled)
    }

    /// Makes the objects durable. A tree that has to be made anew is filled meanwhile, while the
    /// processors would only wait for the disk.
    ///
    /// - Returns: whether the spare tree was filled.
    private func makeDurable(_ written: [SHA256Digest]?) throws -> Bool {
        let (tree, objects, number) = (folder.spareTree, place.objects, place.number)
        let isCleared = newTree != nil
        let mustBeFilled = try isCleared || folder.ledger.write { try tree.mustBeFilled($0) }
        if mustBeFilled, !isCleared { try tree.clear() }
        try concurrently(mustBeFilled ? 2 : 1) { task in
            if task == 0 {
                try objects.synchronize(written)
            } else {
                try self.folder.ledger.write {
                    try tree.fill(with: number, ledger: $0, hasFolders: isCleared)
                }
            }
        }
        return mustBeFilled
    }

    /// Drops the draft; the published site is unchanged. A draft that has ended needs nothing.
    public func discard() {
        guard state.withLock({ $0.lock != nil }) else { return }
        folder.ledger.rollBack()
        state.withLock { $0.abandonsObjects = true }
        end()
    }

    /// Removes objects that the draft wrote and nothing refers to, and gives the lock back.
    private func end() {
        let (written, abandonsObjects, isWriting, lock) = state.withLock { state in
            defer { state.lock = nil }
            return (state.written, state.abandonsObjects, state.isWriting, state.lock)
        }
        withExtendedLifetime(lock) {
            guard isWriting else { return }
            do {
                if abandonsObjects { try removeObjects(among: written) }
                try place.objects.endWriting()
            } catch {
                // The next one who opens the site finds the note that is left, and does it.
            }
        }
    }

    private func removeObjects(among written: [SHA256Digest]?) throws {
        let objects = place.objects
        try folder.ledger.write { ledger in
            guard let written else { return try objects.sweep(isKept: ledger.refers) }
            for digest in written where try !ledger.refers(to: digest) {
                try objects.remove(digest)
            }
        }
    }
}
