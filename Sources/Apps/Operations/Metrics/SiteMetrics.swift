import HTTP
import Synchronization
public import System

/// What the watcher of published sites tells Prometheus.
///
/// ```swift
/// let metrics = SiteMetrics()
/// metrics.watching(node: "testpilot")
/// metrics.released(node: "testpilot", rendered: 1, reused: 41, lags: [6.5])
/// metrics.live(node: "testpilot", release: 17, since: 1_764_000_000_000)
/// metrics.text
/// ```
public final class SiteMetrics: Sendable {
    private let registry: MetricRegistry
    private let hasLostDatabase = Atomic(false)
    private let usage: @Sendable () -> ProcessUsage?

    /// - Parameters:
    ///   - seriesLimit: how many nodes are told apart.
    ///   - usage: what the process takes of the machine, asked whenever `text` is read.
    public init(
        seriesLimit: Int = 1000,
        usage: @escaping @Sendable () -> ProcessUsage? = { ProcessUsage.current() }
    ) {
        registry = MetricRegistry(Family.all, seriesLimit: seriesLimit)
        self.usage = usage
    }

    /// A node is watched from now on: what is counted for it is there, at 0.
    public func watching(node: String) {
        for family in Family.declared { registry.declare(family, node) }
    }

    /// A release was published.
    ///
    /// - Parameter lags: of each change in it, from its commit to the release being live, in
    ///   milliseconds.
    public func released(node: String, rendered: Int, reused: Int, lags: [Double]) {
        registry.add(1, to: Family.releases, node)
        registry.add(Double(rendered), to: Family.rendered, node)
        registry.add(Double(reused), to: Family.reused, node)
        // The two ends are read off one clock, which may still be set back in between.
        registry.observe(lags.map { max(0, $0 / 1000) }, in: Family.commitToLive, node)
    }

    /// Which release visitors see.
    ///
    /// - Parameter since: when it was published, in milliseconds since 1970.
    public func live(node: String, release: Int, since: Int) {
        registry.set(Family.releaseNumber, to: Double(release), node)
        registry.set(Family.releaseTime, to: Double(since) / 1000, node)
    }

    /// A build failed, or found a fault that the one before did not find.
    public func failed(node: String) { registry.add(1, to: Family.failures, node) }

    /// How many pages have a fault now and stay at their last good version.
    public func failing(node: String, pages: Int) {
        registry.set(Family.failingPages, to: Double(pages), node)
    }

    /// How many committed changes are not live yet.
    public func pending(node: String, changes: Int) {
        registry.set(Family.pendingChanges, to: Double(changes), node)
    }

    /// The database can be reached; after `disconnected` that is a reconnect.
    public func connected() {
        if hasLostDatabase.exchange(false, ordering: .relaxed) {
            registry.add(1, to: Family.reconnects)
        }
        registry.set(Family.databaseConnected, to: 1)
    }

    /// The connection to the database was lost.
    public func disconnected() {
        hasLostDatabase.store(true, ordering: .relaxed)
        registry.set(Family.databaseConnected, to: 0)
    }

    /// Everything in Prometheus's text format.
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
