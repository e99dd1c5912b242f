import Build
import Bundling
import Core
import HTTP
import Operations
import Synchronization
import System

/// A watcher as a service: it stops on signals, reports its state to the service manager, and
/// counts its work.
struct WatchService {
    let watcher: SiteWatcher
    /// The watched nodes; nil when the watcher finds them itself.
    let nodes: [String]?
    let project: Project
    let manager: ServiceManager

    /// Watches until a signal asks to stop; a running build is completed first.
    func run(
        metricsPort: Int?, tell: @escaping @Sendable (WatchEvent) -> Void
    ) async throws {
        let figures = WatchFigures(nodes: nodes ?? [])
        let readiness = Mutex(WatchReadiness(nodes: nodes))
        let note: @Sendable (WatchEvent) -> Void = { event in
            figures.note(event)
            // A lost message is replaced by the next one.
            if readiness.withLock({ $0.apply(event) }) {
                try? manager.ready(status: "watching")
                releaseCodePages()
            }
            tell(event)
        }
        try await TerminationSignals.cancelling(onRescan: { await reload(tell) }) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                // A port that is taken is reported before anything is built.
                let (metrics, areServed) = AsyncStream.makeStream(of: Void.self)
                group.addTask {
                    for await _ in metrics {}
                    if !Task.isCancelled { await watcher.run(note) }
                }
                group.addTask { await manager.keepWatchdogFed() }
                if let metricsPort {
                    group.addTask {
                        try await MetricsServer(port: metricsPort) { figures.text }.run { _ in
                            areServed.finish()
                        }
                    }
                } else {
                    areServed.finish()
                }
                // The first error ends the others; the metrics port may be taken.
                for try await _ in group {}
            }
        }
        try? manager.stopping()
    }

    /// Reads templates and branding again.
    private func reload(_ tell: @Sendable (WatchEvent) -> Void) async {
        try? manager.reloading()
        do {
            await watcher.use(try TemplateLibrary(root: project.root))
            tell(.reloaded)
        } catch {
            tell(.notReloaded(Diagnostic(reporting: error)))
        }
        watcher.reconcile()
        try? manager.ready(status: "watching")
    }
}
