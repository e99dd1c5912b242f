import Build
import Bundling
import Core
import Foundation
import Operations
import PostgreSQL
import Publishing
import Synchronization
import System
import TestSupport

/// A site that real nginx serves, as a visitor sees it.
final class LiveSite: Sendable {
    let site: TestSite
    let server: NginxServer

    /// - Parameter output: the folder of the node's folder; that of the site when nil.
    init(_ site: TestSite, output: String? = nil) async throws {
        self.site = site
        server = try await NginxServer.start { port in
            try NginxServerBlock(
                node: site.node, domain: "localhost", output: output ?? site.output,
                listen: .init(address: "127.0.0.1", port: port), hasBrotli: true
            ).text
        }
    }

    func text(_ path: String) async throws -> String { try await server.send("GET", path).text }

    /// Waits until a visitor sees this text on the page.
    func waitFor(_ text: String, at path: String = "/", seconds: Int = 30) async throws {
        try await waitUntil("'\(text)' is live at \(path)", seconds: seconds) {
            try await self.text(path).contains(text)
        }
    }

    /// Edits that are not called live.
    func pending() throws -> Int {
        try site.database.connect().run(
            """
            SELECT count(*)::integer FROM robbieblocks_change_triggers
            WHERE processed_at IS NULL AND \(site.node) <> ALL (acknowledged_by)
            """)[0].value(0)
    }

    /// Starts the real program on the site.
    func program(_ command: String, _ arguments: [String] = []) throws -> RunningProgram {
        try RunningProgram(
            [
                command, "--node", site.node, "--output", site.output, "--compression", "off",
            ] + arguments, database: site.database.url)
    }

    /// Changes what the content of a page is.
    static func edit(_ page: String, _ text: String) -> String {
        "UPDATE robbieblocks_pages SET content = '\(text)' WHERE page_key = '\(page)';"
    }
}

/// A watcher in this process, for as long as `body` runs.
///
/// - Parameters:
///   - isDeaf: whether notifications go past the watcher.
///   - body: gets what the watcher has told so far.
func watching(
    _ site: TestSite, rhythm: SiteWatcher.Rhythm = SiteWatcher.Rhythm(), keptReleases: Int = 10,
    isDeaf: Bool = false, _ body: @Sendable (WatchedEvents) async throws -> Void
) async throws {
    let keeper = try site.keeper { $0.keptReleases = keptReleases }
    let watcher = SiteWatcher(
        [keeper],
        database: isDeaf ? site.database.target.database("postgres") : site.database.target,
        holder: "test", rhythm: rhythm)
    let events = WatchedEvents()
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await watcher.run { events.note($0) } }
        try await waitUntil("the watcher listens and has built") {
            events.listening > 0 && events.builds > 0
        }
        try await body(events)
        group.cancelAll()
    }
}

/// What a watcher has told.
final class WatchedEvents: Sendable {
    private struct Counts {
        var published: [Int] = []
        var builds = 0
        var held = 0
        var listening = 0
        var deaf = 0
        var failures: [String] = []
    }

    private let counts = Mutex(Counts())

    func note(_ event: WatchEvent) {
        counts.withLock { counts in
            switch event {
            case .built(let report):
                counts.builds += 1
                if case .published(let release) = report.outcome {
                    counts.published.append(release)
                }
                if case .held = report.outcome { counts.held += 1 }
            case .listening: counts.listening += 1
            case .deaf: counts.deaf += 1
            case .failed(_, let diagnostic, _): counts.failures.append(diagnostic.message)
            case .building, .found, .repaired, .standingBy, .tookHome, .notReloaded, .reloaded:
                break
            }
        }
    }

    var published: [Int] { counts.withLock { $0.published } }
    var builds: Int { counts.withLock { $0.builds } }
    var held: Int { counts.withLock { $0.held } }
    var listening: Int { counts.withLock { $0.listening } }
    var deaf: Int { counts.withLock { $0.deaf } }
    var failures: [String] { counts.withLock { $0.failures } }
}
