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
    /// nil when the watcher finds them itself.
    let nodes: [String]?
    let project: Project
    let manager: ServiceManager

    /// Watches until a signal asks to stop; a build that is under way is ended first.
    func run(
        metricsPort: Int?, tell: @escaping @Sendable (WatchEvent) -> Void
    ) async throws {
        let metrics = SiteMetrics()
        for node in nodes ?? [] { metrics.watching(node: node) }
        let readiness = Mutex(WatchReadiness(nodes: nodes))
        let note: @Sendable (WatchEvent) -> Void = { event in
            count(event, metrics)
            // What the manager is not told now, it is told by the next message.
            if readiness.withLock({ $0.apply(event) }) {
                try? manager.ready(status: "watching")
                releaseCodePages()
            }
            tell(event)
        }
        try await TerminationSignals.cancelling(onRescan: { await reload(tell) }) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await watcher.run(note) }
                group.addTask { await manager.keepWatchdogFed() }
                if let metricsPort {
                    group.addTask {
                        try await MetricsServer(
                            port: metricsPort, contentType: SiteMetrics.contentType
                        ) { metrics.text }.run()
                    }
                }
                // The watcher ends when it is cancelled; the port of the metrics may be taken.
                try await group.waitForAll()
            }
        }
        try? manager.stopping()
    }

    /// Reads templates and branding again.
    private func reload(_ tell: @Sendable (WatchEvent) -> Void) async {
        try? manager.reloading()
        do {
            await watcher.use(try TemplateLibrary(root: project.root))
        } catch {
            tell(.notReloaded(Diagnostic(reporting: error)))
        }
        watcher.reconcile()
        try? manager.ready(status: "watching")
    }

    private func count(_ event: WatchEvent, _ metrics: SiteMetrics) {
        switch event {
        case .built(let report):
            let node = report.node
            metrics.pending(node: node, changes: report.pending)
            switch report.outcome {
            case .published(let release):
                metrics.released(
                    node: node, rendered: report.rendered, reused: report.reused,
                    lags: report.lags)
                metrics.live(node: node, release: release, since: wallClockMilliseconds())
            case .unchanged(let release), .held(let release):
                metrics.live(node: node, release: release, since: report.liveSince)
            case .refused: metrics.failed(node: node, pages: 0)
            }
            metrics.failing(node: node, pages: report.kept + report.failed)
        case .failed(let node?, _, _): metrics.failed(node: node, pages: 0)
        case .found(let nodes): for node in nodes { metrics.watching(node: node) }
        case .listening: metrics.connected()
        case .deaf: metrics.disconnected()
        case .failed(nil, _, _), .standingBy, .notReloaded: break
        }
    }
}
