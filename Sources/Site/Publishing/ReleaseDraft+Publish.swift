import Synchronization
import System

extension ReleaseDraft {
    /// How a release ended.
    public enum Outcome: Sendable, Hashable {
        case published(release: Int)
        /// The files are those of the newest release, which is served.
        case unchanged(release: Int)
    }

    /// Rows that every release may forget for dropped releases, beside twice what it changed.
    private static let prunedRows = 512

    /// A release that only its commit is missing of.
    public struct Prepared: Sendable {
        fileprivate var outcome: Outcome
        /// Whether the ledger has anything to remember.
        fileprivate var isChanged = true
        /// Paths of files whose bytes had been lost, so that a tree may still have wrong ones.
        fileprivate var doubtful: [String] = []
    }

    /// Does what takes time and what can fail: makes the files durable and a tree of them.
    ///
    /// - Parameter cause: what led to the release, in the user's words.
    /// - Parameter keep: how many of the newest releases can be returned to.
    /// - Throws: when the release could not be made; the draft is discarded then.
    public func prepare(cause: String, keep: Int) throws -> Prepared {
        do {
            return try attempt { try complete(cause: cause, keep: keep) }
        } catch {
            discard()
            throw error
        }
    }

    /// Commits the release and serves it. When no file differs from the newest release, only what is
    /// remembered of pages, inputs and failures is written.
    ///
    /// - Throws: when the release could not be committed; the served site is unchanged, and so is the
    ///   ledger. Only the rename that serves it comes after the commit: when that fails, the release
    ///   is served when the site is opened next.
    public func publish(_ prepared: Prepared) throws -> Outcome {
        do {
            try attempt {
                if prepared.isChanged {
                    try folder.ledger.write { try $0.database.commit() }
                } else {
                    folder.ledger.rollBack()
                }
            }
        } catch {
            discard()
            throw error
        }
        defer { end() }
        guard case .published = prepared.outcome else { return prepared.outcome }
        let former = folder.servedTree
        try folder.converge(isPrepared: true)
        // Best effort: what is left in that tree is found by a later check.
        try? former?.distrust(prepared.doubtful)
        return prepared.outcome
    }

    /// Prepares the release and publishes it.
    @discardableResult
    public func publish(cause: String, keep: Int) throws -> Outcome {
        try publish(prepare(cause: cause, keep: keep))
    }

    private func complete(cause: String, keep: Int) throws -> Prepared {
        let (number, createdAt) = (place.number, createdAt)
        let doubtful = try settleLostFiles()
        let (draft, written) = state.withLock { state in
            (
                (
                    totals: state.totals, changesRecords: state.changesRecords,
                    changedFiles: state.changedFiles
                ), state.written
            )
        }
        let folder = folder
        let (changesFiles, current, live) = try folder.ledger.write { ledger in
            (
                try ledger.hasChangedFiles(release: number), try ledger.site().current,
                try folder.liveRelease(ledger)
            )
        }
        if let base, base.number == current, live == current, !changesFiles, doubtful.isEmpty {
            return Prepared(
                outcome: .unchanged(release: current), isChanged: draft.changesRecords)
        }
        let inTrees = folder.oldestReleaseInTrees
        try folder.ledger.write { ledger in
            try ledger.insert(
                draft.totals, release: number, createdAt: createdAt, cause: cause)
            try ledger.prune(
                before: try ledger.oldestRelease(keeping: max(1, keep)), trees: inTrees,
                limit: Self.prunedRows + 2 * draft.changedFiles)
        }
        try folder.spareTree.distrust(doubtful)
        try makeDurable(written)
        // What can fail of serving the release must fail before it is committed.
        try folder.stageLink(to: folder.spareTree)
        return Prepared(outcome: .published(release: number), doubtful: doubtful)
    }

    /// Takes files out of the draft whose bytes were lost and were not written again since, such as
    /// those of a page that fails, and drops the releases that need such bytes.
    ///
    /// - Returns: the paths at which a tree may have other bytes than the ledger says.
    private func settleLostFiles() throws -> [String] {
        guard try folder.ledger.write({ try $0.hasLostFiles }) else { return [] }
        let place = place
        let doubtful = Mutex<[String]>([])
        try change { ledger, changes in
            for file in try ledger.lostFiles()
            where !place.objects.has(file.entry.digest, size: file.entry.size) {
                try changes.remove(
                    file.path, isPage: file.entry.page != nil, in: place, ledger)
                if let id = try ledger.pageID(at: file.path) { try ledger.removePage(id: id) }
            }
            let paths = try ledger.lostPaths()
            doubtful.withLock { $0 = paths }
            for object in try ledger.lostObjects()
            where !place.objects.has(object.digest, size: object.size) {
                try ledger.dropReleases(having: object.digest, besides: 0)
            }
            try ledger.forgetLostFiles()
            changes.changesRecords = true
        }
        return doubtful.withLock { $0 }
    }

    /// Makes the objects durable, and meanwhile gives the spare tree the files of the release, while
    /// the processors would only wait for the disk.
    ///
    /// So a release whose tree cannot be made is never committed. A tree that gets its files from
    /// nothing has no marker until then; another one has a marker that says what may be wrong in it.
    private func makeDurable(_ written: [SHA256Digest]?) throws {
        let (tree, objects, number) = (folder.spareTree, place.objects, place.number)
        let isCleared = newTree != nil
        let marker = isCleared ? nil : try folder.ledger.write { try tree.usableMarker($0) }
        if marker == nil, !isCleared { try tree.clear() }
        let failure = Mutex<(any Error)?>(nil)
        try concurrently(2) { task in
            if task == 0 { return try objects.synchronize(written) }
            do {
                try self.folder.ledger.write { ledger in
                    if let marker {
                        try tree.prepare(number, from: marker, ledger: ledger)
                    } else {
                        try tree.fill(with: number, ledger: ledger, hasFolders: isCleared)
                    }
                }
            } catch {
                failure.withLock { $0 = error }
            }
        }
        // What the tree lacks says more than that the disk did not take the objects.
        if let error = failure.withLock({ $0 }) { throw error }
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
                // The note stays, so that the site is cleaned up when it is opened next.
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
