import AssetBundling
import Diagnostics
import Metrics
import SitePipeline
import Synchronization
import SystemSupport
import WebServer

/// A watcher as a service: it ends on signals, tells the service manager how things are, and counts
/// what it does.
struct WatchService {
    let watcher: SiteWatcher
    let keepers: [SiteKeeper]
    let project: Project
    let manager: ServiceManager

    /// Watches until a signal asks to stop; a build that is under way is ended first.
    func run(
        metricsPort: Int?, tell: @escaping @Sendable (WatchEvent) -> Void
    ) async throws {
        let figures = WatchFigures(nodes: keepers.map(\.node))
        let waited = Mutex(Set(keepers.map(\.node)))
        let note: @Sendable (WatchEvent) -> Void = { event in
            figures.note(event)
            guard let node = event.node else { return tell(event) }
            let isReady = waited.withLock { $0.remove(node) != nil && $0.isEmpty }
            // What the manager is not told now, it is told by the next message.
            if isReady {
                try? manager.ready(status: "watching")
                releaseCodePages()
            }
            tell(event)
        }
        try await TerminationSignals.cancelling(onRescan: reload) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await watcher.run(note) }
                group.addTask { await manager.keepWatchdogFed() }
                if let metricsPort {
                    group.addTask {
                        try await MetricsServer(
                            port: metricsPort, contentType: SiteMetrics.contentType
                        ) { figures.text }.run()
                    }
                }
                // The watcher ends when it is cancelled; the port of the metrics may be taken.
                try await group.waitForAll()
            }
        }
        try? manager.stopping()
    }

    /// Reads templates and branding again.
    private func reload() async {
        try? manager.reloading()
        if let library = try? TemplateLibrary(root: project.root) {
            for keeper in keepers { await keeper.use(library) }
        }
        watcher.reconcile()
        try? manager.ready(status: "watching")
    }
}
