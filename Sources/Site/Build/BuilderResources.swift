import Content
import PostgreSQL
import Rendering
import Synchronization
import System

/// What all keepers of a program share, so that neither connections nor threads, processes or memory
/// follow the number of nodes.
final class BuilderResources: Sendable {
    /// Builds under way at most, each with a connection of its own.
    private static let turnLimit = 4
    /// Bytes, as `KnownSite` estimates them, of what is known of all sites between builds.
    private static let memoryLimit = 128 << 20

    let turns: StoreTurns
    /// Holds the claims to all nodes: one connection, which they are lost with.
    let claims: ContentStore
    /// Announces long builds, while a snapshot holds the other connection.
    let announcements: ContentStore
    let workers: RenderWorkers
    let memory = SiteMemory(limit: memoryLimit)
    private let keepers = Mutex(0)

    init(database: ConnectionTarget, worker: String) {
        let processors = processorCount()
        turns = StoreTurns(on: database, count: min(Self.turnLimit, processors))
        claims = ContentStore(of: database)
        announcements = ContentStore(of: database)
        workers = RenderWorkers(program: worker, count: processors)
    }

    func addKeeper() { keepers.withLock { $0 += 1 } }

    func removeKeeper() { keepers.withLock { $0 -= 1 } }

    /// Whether there are so many keepers that what is known of a site is read when an edit needs it.
    var isCrowded: Bool { keepers.withLock { $0 > WatchedNodes.few } }
}
