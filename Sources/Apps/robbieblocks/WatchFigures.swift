import Build
import Core
import HTTP
import Operations
import Synchronization

/// Counts the events of a watcher.
final class WatchFigures: Sendable {
    private let metrics = WatchMetrics()
    /// The errors of each node when its rows were last checked.
    private let faults = Mutex<[String: Set<Diagnostic>]>([:])

    init(nodes: [String]) {
        for node in nodes { metrics.watching(node: node) }
    }

    /// All metrics in Prometheus's text format.
    var text: String { metrics.text }

    func note(_ event: WatchEvent) {
        switch event {
        case .built(let report): note(report)
        case .failed(let node?, _, _): metrics.failed(node: node)
        case .found(let nodes): for node in nodes { metrics.watching(node: node) }
        case .listening: metrics.connected()
        case .deaf: metrics.disconnected()
        case .building, .failed(nil, _, _), .repaired, .standingBy, .tookHome: break
        case .notReloaded, .reloaded: break
        }
    }

    private func note(_ report: BuildReport) {
        let node = report.node
        metrics.pending(node: node, changes: report.pending)
        switch report.outcome {
        case .published(let release):
            metrics.released(
                node: node, rendered: report.rendered, reused: report.pages - report.rendered,
                lags: report.lags)
            metrics.live(node: node, release: release, since: report.liveSince)
            metrics.failing(node: node, pages: report.kept + report.failed)
        case .unchanged(let release):
            metrics.live(node: node, release: release, since: report.liveSince)
            metrics.failing(node: node, pages: report.kept + report.failed)
        case .refused: break
        case .held(let release):
            // Nothing was checked, so earlier errors remain.
            return metrics.live(node: node, release: release, since: report.liveSince)
        }
        let found = Set(report.errors)
        let isNews = faults.withLock { faults in
            defer { faults[node] = found }
            return !found.isSubset(of: faults[node] ?? [])
        }
        if isNews { metrics.failed(node: node) }
    }
}
