import Core
import Synchronization
import System

/// A release in the making: what differs from the newest one.
///
/// Everything may be called from several tasks at once. What is written goes into the object store
/// and into a transaction of the ledger; nothing that is served changes before `publish`. After an
/// error the draft can only be discarded, which letting go of it does too.
///
/// A page may take the path of another one that moves or goes in the same draft, in any order. No
/// two pages may own one path when the draft is published.
public final class ReleaseDraft: Sendable {
    /// What a draft's changes are written to.
    struct Place: Sendable {
        /// The release that the draft will be.
        var number: Int
        var objects: ObjectStore
    }

    struct State {
        /// The site's lock; nil once the draft has ended.
        var lock: FileLock?
        /// Why the draft cannot be published any more.
        var failure: (any Error)?
        var totals: ReleaseTotals
        var changesRecords = false
        var changedFiles = 0
        /// Objects that were written; nil when they are too many to be made durable one by one.
        var written: [SHA256Digest]? = []
        var isWriting = false
        var abandonsObjects = false
    }

    /// Above that, one wait for the whole file system is cheaper than one a file.
    private static let synchronizedObjects = 64

    /// The newest release before this one; nil when there is none.
    public let base: Release?
    /// Whether the site is held at a release, as it will be until the draft ends; nil when it is
    /// not. Asked of the folder before the draft was begun, it may have changed.
    public let hold: Hold?
    /// What was found wrong in the folder when the draft was begun, and what became of it.
    public let faults: [SiteFault]
    /// Whether files are lost that publishing takes out of the site, unless they are written again.
    public let hasLostFiles: Bool
    let folder: SiteFolder
    let place: Place
    /// Of a first release, the tree that it will be served from. Its folders are made while pages are
    /// rendered: making one is slow, and no two at once can be made in the same folder.
    let newTree: TreeChanges?
    /// Milliseconds since 1970.
    let createdAt = wallClockMilliseconds()
    let state: Mutex<State>

    init(folder: SiteFolder, lock: FileLock, faults: [SiteFault] = []) throws {
        self.folder = folder
        self.faults = faults
        let (site, newest, hasLostFiles) = try folder.ledger.write { ledger in
            try ledger.database.begin()
            do {
                ledger.hasClosedFiles = false
                // It was removed when the site was opened.
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

    /// What the release would consist of if it were published now.
    public var counts: (pages: Int, files: Int, bytes: Int) {
        get throws {
            try state.withLock { state in
                try Self.requireOpen(state)
                return (state.totals.pages, state.totals.files, state.totals.bytes)
            }
        }
    }

    /// Pages, compressed forms not counted: in the newest release, and in the draft.
    public var pageCounts: (before: Int, after: Int) {
        get throws { (base?.pages ?? 0, try counts.pages) }
    }

    static func requireOpen(_ state: State) throws {
        if let failure = state.failure { throw failure }
        guard state.lock != nil else {
            throw Diagnostic(.fileSystem, "the release has ended already")
        }
    }

    /// Runs one call: its rows at once, then the files that they need.
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

    /// After an error the transaction may hold half a change, so it must never be committed.
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
