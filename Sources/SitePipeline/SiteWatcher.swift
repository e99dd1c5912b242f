import ContentStore
import Diagnostics
public import PostgreSQL
import SystemSupport

/// Keeps the sites of several nodes true to one database until it is cancelled.
///
/// A notification is a wake-up, never the data: what changed is read from the database, together
/// with the content, in one snapshot. So nothing is lost when a notification is.
public struct SiteWatcher: Sendable {
    /// How often things are done that no notification asks for, in milliseconds.
    public struct Rhythm: Sendable {
        /// Looks for changes even when nothing was notified.
        public var rescan = 5000
        /// Compares every row, for what came past the triggers.
        public var reconciliation = 300_000
        /// Between attempts to take a node over from another builder.
        public var standby = 1000
        /// The longest wait after a failure.
        public var retry = 5000

        public init() {}
    }

    private let listener: NotificationListener
    private let sites: [WatchedSite]
    private let rhythm: Rhythm

    /// - Parameter holder: says in the database who builds the nodes: host and process.
    public init(
        _ keepers: [SiteKeeper], database: ConnectionTarget, holder: String,
        rhythm: Rhythm = Rhythm()
    ) {
        listener = NotificationListener(to: database, channel: ContentStore.channel)
        sites = keepers.map { WatchedSite($0, holder: holder, rhythm: rhythm) }
        self.rhythm = rhythm
    }

    /// Makes every node look at everything, as after a change of its templates.
    public func reconcile() { for site in sites { site.wakeUp.signal(.reconciliation) } }

    /// Watches until the task is cancelled; a build that is under way is ended first.
    ///
    /// - Parameter tell: called with what happens, from several tasks.
    public func run(_ tell: @escaping @Sendable (WatchEvent) -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            for site in sites { group.addTask { await site.run(tell) } }
            group.addTask {
                await listen(tell)
            }
            await withTaskCancellationHandler {
                await group.waitForAll()
            } onCancel: {
                listener.stop()
            }
        }
    }

    private func listen(_ tell: @Sendable (WatchEvent) -> Void) async {
        for await event in listener.events {
            switch event {
            case .notified: for site in sites { site.wakeUp.signal(.notified) }
            case .connected:
                tell(.listening)
                for site in sites { site.wakeUp.signal(.notified) }
            case .lost(let error): tell(.deaf(error.diagnostic))
            }
        }
    }
}
