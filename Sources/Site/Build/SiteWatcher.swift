public import Bundling
import Content
import Core
public import PostgreSQL
import System

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

        /// How long to wait when something has failed so many times in a row.
        func pause(afterFailures count: Int) -> Int { min(retry, 100 << min(count - 1, 10)) }
    }

    /// Nodes that notifications name at most between two looks; with more, every node looks.
    private static let payloadLimit = 64

    private let listener: NotificationListener
    private let nodes: WatchedNodes
    private let rhythm: Rhythm
    /// Asked which nodes there are, and which of them have changes.
    private let overview: ContentStore
    /// Wakes the one who asks.
    private let news = WakeUp()
    /// How a node that is found is begun with; nil when none are looked for.
    private let begin: (@Sendable (String) throws -> WatchedSite)?

    /// - Parameter holder: says in the database who builds the nodes: host and process.
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

    /// Watches every node that the database has, and those that come while it runs. What is gone is
    /// not let go of: its site stays, as it does without a watcher.
    ///
    /// - Parameter keeper: makes the keeper of a node.
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

    /// Makes every node look at everything, as after a change of its templates.
    public func reconcile() { nodes.signal(.reconciliation) }

    /// Gives every node other templates, from its next build on.
    public func use(_ library: TemplateLibrary) async { await nodes.use(library) }

    /// Watches until the task is cancelled; a build that is under way is ended first.
    ///
    /// - Parameter tell: called with what happens, from several tasks.
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

    /// Looks for nodes that are not watched yet, until the task is cancelled.
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
                // Later, the nodes that are watched say the same.
                if isFirst {
                    tell(.failed(node: nil, Diagnostic(reporting: error), retryMilliseconds: pause))
                }
            }
            // Ends early when the task is cancelled.
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
                // An edit names no node.
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

    /// Of many nodes, wakes those that have changes: after a notification, and now and then.
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
                // Now and then: a node whose claim was lost with its connection claims itself again.
                for site in nodes.sites where await !site.keeper.holdsClaim {
                    site.wakeUp.signal(.notified)
                }
            } catch {
                // The nodes that are at work say the same.
                failures += 1
                pause = rhythm.pause(afterFailures: failures)
            }
        }
    }
}
