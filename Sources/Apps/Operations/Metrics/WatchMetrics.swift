import HTTP
import Synchronization
public import System

/// The metrics of the watcher of published sites, for Prometheus.
///
/// ```swift
/// let metrics = WatchMetrics()
/// metrics.watching(node: "testpilot")
/// metrics.released(node: "testpilot", rendered: 1, reused: 41, lags: [6.5])
/// metrics.live(node: "testpilot", release: 17, since: 1_764_000_000_000)
/// metrics.text
/// ```
public final class WatchMetrics: Sendable {
    private let registry: MetricRegistry
    private let hasLostDatabase = Atomic(false)
    private let usage: @Sendable () -> ProcessUsage?

    /// - Parameters:
    ///   - seriesLimit: the most nodes that have series of their own.
    ///   - usage: the resources that the process uses, read whenever `text` is.
    public init(
        seriesLimit: Int = 1000,
        usage: @escaping @Sendable () -> ProcessUsage? = { ProcessUsage.current() }
    ) {
        registry = MetricRegistry(Family.all, seriesLimit: seriesLimit)
        self.usage = usage
    }

    /// Records that a node is watched from now on: its counters exist, at 0.
    public func watching(node: String) {
        for family in Family.declared { registry.declare(family, node) }
    }

    /// Records a published release.
    ///
    /// - Parameter lags: for each change in it, the milliseconds from its commit to the release
    ///   being live.
    public func released(node: String, rendered: Int, reused: Int, lags: [Double]) {
        registry.add(1, to: Family.releases, node)
        registry.add(Double(rendered), to: Family.rendered, node)
        registry.add(Double(reused), to: Family.reused, node)
        // Both times come from one clock, which may still be set back in between.
        registry.observe(lags.map { max(0, $0 / 1000) }, in: Family.commitToLive, node)
    }

    /// Records the release that visitors see.
    ///
    /// - Parameter since: the time of its publication, in milliseconds since 1970.
    public func live(node: String, release: Int, since: Int) {
        registry.set(Family.releaseNumber, to: Double(release), node)
        registry.set(Family.releaseTime, to: Double(since) / 1000, node)
    }

    /// Records a build that failed or found a new error.
    public func failed(node: String) { registry.add(1, to: Family.failures, node) }

    /// Records how many pages have an error now and stay at their last good version.
    public func failing(node: String, pages: Int) {
        registry.set(Family.failingPages, to: Double(pages), node)
    }

    /// Records how many committed changes are not live yet.
    public func pending(node: String, changes: Int) {
        registry.set(Family.pendingChanges, to: Double(changes), node)
    }

    /// Records that the database can be reached; after `disconnected` that is a reconnect.
    public func connected() {
        if hasLostDatabase.exchange(false, ordering: .relaxed) {
            registry.add(1, to: Family.reconnects)
        }
        registry.set(Family.databaseConnected, to: 1)
    }

    /// Records that the connection to the database was lost.
    public func disconnected() {
        hasLostDatabase.store(true, ordering: .relaxed)
        registry.set(Family.databaseConnected, to: 0)
    }

    /// All metrics in Prometheus's text format.
    public var text: String {
        var process = ExpositionWriter()
        if let usage = usage() {
            for (family, value) in [
                (Family.processorSeconds, usage.processorSeconds),
                (Family.residentBytes, Double(usage.residentBytes)),
                (Family.openDescriptors, Double(usage.openDescriptors)),
                (Family.startTime, usage.startTime),
            ] {
                process.write(family, value)
            }
        }
        return registry.text + process.text
    }
}
