import Core
import Synchronization
import System

/// A release in preparation: its differences from the newest one.
///
/// All methods may be called from several tasks at once. Changes go into the object store and into
/// a transaction of the ledger; the served site does not change before `publish`. After an error
/// the draft can only be discarded, which also happens when it is deallocated.
///
/// A page may take the path of another page that moves or is removed in the same draft, in any
/// order. When the draft is published, no two pages may have the same path.
/// two pages may own one path when the draft is published.
public final class ReleaseDraft: Sendable {
    /// Where a draft's changes are written.
    struct Place: Sendable {
        /// The number of the release that the draft becomes.
        var number: Int
        var objects: ObjectStore
    }

    struct State {
        /// The site's lock; nil once the draft has ended.
        var lock: FileLock?
        /// Why the draft can no longer be published.
        var failure: (any Error)?
        var totals: ReleaseTotals
        var changesRecords = false
        var changedFiles = 0
        /// Objects that were written; nil when they are too many to make durable one by one.
        var written: [SHA256Digest]? = []
        var isWriting = false
        var abandonsObjects = false
    }

    /// Above this number, one wait for the whole file system is cheaper than one for each file.
    private static let synchronizedObjects = 64

    /// The newest release before this one; nil when there is none.
    public let base: Release?
    /// The hold on the site, which lasts at least until the draft ends; nil when the site is not
    /// held. A hold read from the folder before the draft began may be out of date.
    public let hold: Hold?
    /// The faults found in the folder when the draft began, and their remedies.
    public let faults: [FolderFault]
    /// Whether files are lost that publishing removes from the site unless they are written again.
    public let hasLostFiles: Bool
    let folder: SiteFolder
    let place: Place
    /// For a first release, the tree that it will be served from. Its folders are created while
    /// pages are rendered: creating one is slow, and two cannot be created in the same folder at
    /// once.
    let newTree: TreeChanges?
    /// Milliseconds since 1970.
    let createdAt = wallClockMilliseconds()
    let state: Mutex<State>

    init(folder: SiteFolder, lock: FileLock, faults: [FolderFault] = []) throws {
        self.folder = folder
        self.faults = faults
        let (site, newest, hasLostFiles) = try folder.ledger.write { ledger in
            try ledger.database.begin()
            do {
                ledger.hasClosedFiles = false
                // The garbage was removed when the site was opened.
                try ledger.forgetGarbage()
                return (try ledger.site(), try ledger.newestRelease(), try ledger.hasLostFiles)
            } catch {
                ledger.database.rollBack()
                throw error
            }
        }
        self.hasLostFiles = hasLostFiles
        base = newest?.0
        hold = site.heldAt.map { Hold(release: site.current, since: $0) }
        place = Place(number: site.newest + 1, objects: folder.objects)
        do {
            newTree = newest == nil ? try folder.clearSpareTree() : nil
        } catch {
            folder.ledger.rollBack()
            throw error
        }
        state = Mutex(State(lock: lock, totals: newest?.1 ?? ReleaseTotals()))
    }

    deinit { discard() }

    /// The counts of the release if it were published now.
    public var counts: (pages: Int, files: Int, bytes: Int) {
        get throws {
            try state.withLock { state in
                try Self.requireOpen(state)
                return (state.totals.pages, state.totals.files, state.totals.bytes)
            }
        }
    }

    /// The number of pages, without compressed forms, in the newest release and in the draft.
    public var pageCounts: (before: Int, after: Int) {
        get throws { (base?.pages ?? 0, try counts.pages) }
    }

    static func requireOpen(_ state: State) throws {
        if let failure = state.failure { throw failure }
        guard state.lock != nil else {
            throw Diagnostic(.fileSystem, "the release has ended already")
        }
    }

    /// Runs one call: writes its rows at once, then the files that they need.
    func change(_ body: @Sendable (LedgerConnection, inout DraftChanges) throws -> Void) throws {
        try attempt {
            let changes = try folder.ledger.write { ledger in
                var changes = DraftChanges()
                try body(ledger, &changes)
                return changes
            }
            try take(changes)
            for object in changes.objects {
                try place.objects.write(object.bytes, digest: object.digest)
            }
        }
    }

    /// After an error the transaction may contain half a change, so it must never be committed.
    func attempt<Value>(_ body: () throws -> Value) throws -> Value {
        try state.withLock { try Self.requireOpen($0) }
        do {
            return try body()
        } catch {
            state.withLock { $0.failure = $0.failure ?? error }
            throw error
        }
    }

    private func take(_ changes: DraftChanges) throws {
        try state.withLock { state in
            for (path, entry) in changes.removed { state.totals.remove(entry, at: path) }
            for (path, entry) in changes.added { state.totals.add(entry, at: path) }
            state.changedFiles += changes.added.count + changes.removed.count
            state.changesRecords = state.changesRecords || changes.changesRecords
            state.abandonsObjects = state.abandonsObjects || changes.abandonsObjects
            guard !changes.objects.isEmpty else { return }
            if !state.isWriting {
                try place.objects.beginWriting()
                state.isWriting = true
            }
            state.written?.append(contentsOf: changes.objects.map(\.digest))
            if let count = state.written?.count, count > Self.synchronizedObjects {
                state.written = nil
            }
        }
    }
}
