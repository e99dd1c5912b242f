import HTTP

extension WatchMetrics {
    /// Names used by dashboards and alerts: they are extended, never renamed.
    enum Family {
        static let releases = MetricFamily(
            "robbieblocks_releases_total", .counter, help: "Releases published.", labels: ["node"])
        static let rendered = MetricFamily(
            "robbieblocks_pages_rendered_total", .counter, help: "Pages rendered for releases.",
            labels: ["node"])
        static let reused = MetricFamily(
            "robbieblocks_pages_reused_total", .counter,
            help: "Pages reused unchanged in releases.", labels: ["node"])
        static let failures = MetricFamily(
            "robbieblocks_failures_total", .counter,
            help: "Builds that failed, or found a new error.",
            labels: ["node"])
        static let failingPages = MetricFamily(
            "robbieblocks_failing_pages", .gauge,
            help: "Pages with an error, which keep their last good version.", labels: ["node"])
        static let commitToLive = MetricFamily(
            "robbieblocks_commit_to_live_seconds", .histogram(bounds: lagBounds),
            help: "From the commit of a change to the release with it being live.",
            labels: ["node"])
        static let pendingChanges = MetricFamily(
            "robbieblocks_pending_changes", .gauge, help: "Committed changes that are not live.",
            labels: ["node"])
        static let releaseNumber = MetricFamily(
            "robbieblocks_release_number", .gauge, help: "The release that visitors see.",
            labels: ["node"])
        static let releaseTime = MetricFamily(
            "robbieblocks_last_release_timestamp_seconds", .gauge,
            help: "When the release that visitors see was published, since 1970.",
            labels: ["node"])
        static let databaseConnected = MetricFamily(
            "robbieblocks_database_connected", .gauge,
            help: "1 while the database can be reached, 0 otherwise.")
        static let reconnects = MetricFamily(
            "robbieblocks_reconnects_total", .counter,
            help: "Reconnections to the database.")

        static let processorSeconds = MetricFamily(
            "process_cpu_seconds_total", .counter, help: "Processor time, in seconds.")
        static let residentBytes = MetricFamily(
            "process_resident_memory_bytes", .gauge,
            help: "Memory in use, without that of render workers, in bytes.")
        static let openDescriptors = MetricFamily(
            "process_open_fds", .gauge, help: "Open file descriptors.")
        static let startTime = MetricFamily(
            "process_start_time_seconds", .gauge, help: "When the program started, since 1970.")

        /// The histogram's bounds in seconds, closest together around the 10 ms and 40 ms that an
        /// edit should take.
        static let lagBounds = [
            0.001, 0.0025, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.04, 0.06, 0.1, 0.25, 0.5, 1,
            2.5, 5, 15, 60,
        ]

        /// The families that a node has from the start. The live release is not among them, because
        /// there is none before the first.
        static let declared = [
            releases, rendered, reused, failures, failingPages, commitToLive, pendingChanges,
        ]
        static let all =
            declared + [releaseNumber, releaseTime, databaseConnected, reconnects]
    }
}
