public import Bundling
import Content
import Core
public import PostgreSQL
import System

/// Keeps the sites of several nodes in step with one database until it is cancelled.
///
/// A notification only wakes the watcher and carries no data: changes are read from the database,
/// together with the content, in one snapshot. A lost notification therefore loses no change.
public struct SiteWatcher: Sendable {
    /// The intervals of work that no notification requests, in milliseconds.
    public struct Rhythm: Sendable {
        /// Between checks for changes without a notification.
        public var rescan = 5000
        /// Between comparisons of every row, for changes that bypassed the triggers.
        public var reconciliation = 300_000
        /// Between attempts to take over a node from another builder.
        public var standby = 1000
        /// The longest pause after a failure.
        public var retry = 5000

        public init() {}

        /// Returns the pause after this many failures in a row.
        func pause(afterFailures count: Int) -> Int { min(retry, 100 << min(count - 1, 10)) }
    }

    /// The most nodes that notifications name between two checks; with more, every node checks.
    private static let payloadLimit = 64

    private let listener: NotificationListener
    private let nodes: WatchedNodes
    private let rhythm: Rhythm
    /// Reads which nodes exist, and which of them have changes.
    private let overview: ContentStore
    /// Wakes the loop that reads the overview.
    private let news = WatchSignal()
    /// Creates the watch of a newly found node; nil when no nodes are searched for.
    private let begin: (@Sendable (String) throws -> WatchedSite)?

    /// - Parameter holder: identifies the builder in the database: host and process.
    public init(
        _ keepers: [SiteKeeper], database: ConnectionTarget, holder: String,
        rhythm: Rhythm = Rhythm()
    ) {
        listener = Self.listener(to: database)
        nodes = WatchedNodes(keepers.map { WatchedSite($0, holder: holder, rhythm: rhythm) })
        self.rhythm = rhythm
        overview = ContentStore(of: database)
        begin = nil
    }

    /// Watches every node of the database, including those added while it runs. A deleted node
    /// stays watched: its site stays, as it does without a watcher.
    ///
    /// - Parameter keeper: creates the keeper of a node.
    public init(
        all database: ConnectionTarget, holder: String, rhythm: Rhythm = Rhythm(),
        keeper: @escaping @Sendable (String) throws -> SiteKeeper
    ) {
        listener = Self.listener(to: database)
        nodes = WatchedNodes([])
        self.rhythm = rhythm
        overview = ContentStore(of: database)
        begin = { WatchedSite(try keeper($0), holder: holder, rhythm: rhythm) }
    }

    private static func listener(to database: ConnectionTarget) -> NotificationListener {
        NotificationListener(
            to: database, channel: ContentStore.channel, payloadLimit: payloadLimit)
    }

    /// Makes every node compare everything, as after a change of its templates.
    public func reconcile() { nodes.signal(.reconciliation) }

    /// Gives every node other templates, starting with its next build.
    public func use(_ library: TemplateLibrary) async { await nodes.use(library) }

    /// Watches until the task is cancelled; a running build is finished first.
    ///
    /// - Parameter tell: called with each event, from several tasks.
    public func run(_ tell: @escaping @Sendable (WatchEvent) -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            for site in nodes.sites { group.addTask { await run(site, tell) } }
            group.addTask { await listen(tell) }
            group.addTask { await tellNodes() }
            await withTaskCancellationHandler {
                await watchOthers(in: &group, tell)
                await group.waitForAll()
            } onCancel: {
                listener.stop()
            }
        }
    }

    /// Searches for nodes that are not watched yet, until the task is cancelled.
    private func watchOthers(
        in group: inout TaskGroup<Void>, _ tell: @escaping @Sendable (WatchEvent) -> Void
    ) async {
        guard let begin else { return }
        var known: Set<String> = []
        var isFirst = true
        var failures = 0
        while !Task.isCancelled {
            var pause = rhythm.rescan
            do {
                var found: [WatchedSite] = []
                for node in try await overview.nodeIDs() where !known.contains(node) {
                    do {
                        found.append(try begin(node))
                        known.insert(node)
                    } catch {
                        let diagnostic = Diagnostic(reporting: error)
                        tell(.failed(node: node, diagnostic, retryMilliseconds: pause))
                    }
                }
                if isFirst || !found.isEmpty { tell(.found(nodes: found.map(\.keeper.node))) }
                for site in found {
                    await nodes.add(site)
                    group.addTask { await run(site, tell) }
                }
                isFirst = false
                failures = 0
            } catch {
                failures += 1
                pause = rhythm.pause(afterFailures: failures)
                // Later, the watched nodes report the same error.
                if isFirst {
                    tell(.failed(node: nil, Diagnostic(reporting: error), retryMilliseconds: pause))
                }
            }
            // The sleep ends early when the task is cancelled.
            try? await Task.sleep(for: .milliseconds(pause))
        }
    }

    private func listen(_ tell: @Sendable (WatchEvent) -> Void) async {
        for await event in listener.events {
            switch event {
            case .notified:
                let named = listener.takePayloads()
                guard nodes.areMany, let named else {
                    nodes.signal(.notified)
                    continue
                }
                // The notification of an edit names no node.
                if named != [] { nodes.signal(.notified, only: named.filter { !$0.isEmpty }) }
                if named.isEmpty || named.contains("") { news.signal(.notified) }
            case .connected:
                tell(.listening)
                nodes.signal(.notified)
            case .lost(let error): tell(.deaf(error.diagnostic))
            }
        }
    }

    private func run(
        _ site: WatchedSite, _ tell: @escaping @Sendable (WatchEvent) -> Void
    ) async {
        await site.run(isTold: { nodes.areMany }, tell)
    }

    /// With many nodes, wakes those that have changes: after a notification, and at intervals.
    private func tellNodes() async {
        var pause = rhythm.rescan
        var failures = 0
        while !Task.isCancelled {
            let reasons = await news.wait(milliseconds: pause)
            pause = rhythm.rescan
            guard nodes.areMany, !Task.isCancelled else { continue }
            do {
                nodes.signal(.notified, only: try await overview.nodesWithPendingChanges())
                failures = 0
                guard reasons.isEmpty else { continue }
                // At intervals, a node whose claim was lost with its connection is woken to claim
                // itself again.
                for site in nodes.sites where await !site.keeper.holdsClaim {
                    site.wakeUp.signal(.notified)
                }
            } catch {
                // The running nodes report the same error.
                failures += 1
                pause = rhythm.pause(afterFailures: failures)
            }
        }
    }
}
