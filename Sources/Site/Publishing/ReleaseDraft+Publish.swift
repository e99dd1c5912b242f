import Synchronization
import System

extension ReleaseDraft {
    /// The result of a release.
    public enum Outcome: Sendable, Hashable {
        case published(release: Int)
        /// The files are those of the newest release, which is already served.
        case unchanged(release: Int)
    }

    /// How many rows of dropped releases every release may remove, besides twice what it changed.
    private static let prunedRows = 512

    /// A release that is complete except for its commit.
    public struct Prepared: Sendable {
        fileprivate var outcome: Outcome
        /// Whether the ledger has anything to record.
        fileprivate var isChanged = true
        /// Paths of files whose bytes had been lost; a tree may still have wrong bytes there.
        fileprivate var doubtful: [String] = []
    }

    /// Does the slow work that can fail: makes the files durable and builds their tree.
    ///
    /// - Parameter cause: the reason for the release, in the user's words.
    /// - Parameter keep: how many of the newest releases stay available for a rollback.
    /// - Throws: when the release could not be made; the draft is then discarded.
    public func prepare(cause: String, keep: Int) throws -> Prepared {
        do {
            return try attempt { try complete(cause: cause, keep: keep) }
        } catch {
            discard()
            throw error
        }
    }

    /// Commits the release and serves it. When no file differs from the newest release, only the
    /// records of pages, inputs and failures are written.
    ///
    /// - Throws: when the release could not be committed; the served site and the ledger are then
    ///   unchanged. Only the rename that serves the release comes after the commit: if that fails,
    ///   the release is served when the site is next opened.
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
        // Best effort: a later check finds any wrong files in that tree.
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
        // Steps of serving the release that can fail must fail before the commit.
        try folder.stageLink(to: folder.spareTree)
        return Prepared(outcome: .published(release: number), doubtful: doubtful)
    }

    /// Removes files from the draft whose bytes were lost and not written again, such as those of a
    /// page that fails, and drops the releases that need such bytes.
    ///
    /// - Returns: the paths at which a tree may have other bytes than the ledger records.
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

    /// Makes the objects durable, and meanwhile puts the files of the release into the spare tree,
    /// because the processors would otherwise only wait for the disk.
    ///
    /// A release whose tree cannot be built is therefore never committed. A tree filled from
    /// scratch has no marker until the commit; any other tree has a marker that lists what may be
    /// wrong in it.
    private func makeDurable(_ written: [SHA256Digest]?) throws {
        let (tree, objects, number) = (folder.spareTree, place.objects, place.number)
        let isCleared = newTree != nil
        let marker = isCleared ? nil : try folder.ledger.write { try tree.usableMarker($0) }
        if marker == nil, !isCleared { try tree.clear() }
        let failure = Mutex<(any Error)?>(nil)
        try simultaneously(2) { task in
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
        // An error of the tree is more informative than one of writing the objects to disk.
        if let error = failure.withLock({ $0 }) { throw error }
    }

    /// Drops the draft; the published site is unchanged. Does nothing for a draft that has ended.
    public func discard() {
        guard state.withLock({ $0.lock != nil }) else { return }
        folder.ledger.rollBack()
        state.withLock { $0.abandonsObjects = true }
        end()
    }

    /// Removes unreferenced objects that the draft wrote, and releases the lock.
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
                // The note stays, so that the site is cleaned up when it is next opened.
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
