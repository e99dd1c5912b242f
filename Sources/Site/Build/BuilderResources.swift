import Content
import PostgreSQL
import Rendering
import Synchronization
import System

/// Resources shared by all keepers of a program, so that the numbers of connections, threads and
/// processes, and the memory, do not grow with the number of nodes.
final class BuilderResources: Sendable {
    /// The most builds at once, each with a connection of its own.
    private static let turnLimit = 4
    /// The most bytes kept in memory for all sites between builds, as `KnownSite` estimates them.
    private static let memoryLimit = 128 << 20

    let turns: StoreTurns
    /// Holds the claims to all nodes on one connection; losing it loses the claims.
    let claims: ContentStore
    /// Announces long builds while a snapshot occupies the other connection.
    let announcements: ContentStore
    let workers: RenderWorkers
    /// Runs all builds, since publishing blocks: each may wait for a lock or the disk while the
    /// processors are at work for the others.
    let blocking: BlockingExecutor
    let memory = SiteMemoryLimit(limit: memoryLimit)
    private let keepers = Mutex(0)

    init(database: ConnectionTarget, worker: String) {
        let processors = processorCount()
        turns = StoreTurns(on: database, count: min(Self.turnLimit, processors))
        claims = ContentStore(of: database)
        announcements = ContentStore(of: database)
        workers = RenderWorkers(program: worker, count: processors)
        blocking = BlockingExecutor(name: "rb-blocking", width: processors + Self.turnLimit)
    }

    func addKeeper() { keepers.withLock { $0 += 1 } }

    func removeKeeper() { keepers.withLock { $0 -= 1 } }

    /// Whether there are so many keepers that a site is read only when an edit needs it.
    var isCrowded: Bool { keepers.withLock { $0 > WatchedNodes.few } }
}
