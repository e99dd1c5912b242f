import Build
import Bundling
import Foundation
import PostgreSQL
import Publishing
import System
import TestSupport
import Testing

/// A builder is killed at every step of a release: what is served is always one complete release, the
/// next builder goes on from there, and no edit is lost or called live that is not.
///
/// `ROBBIEBLOCKS_KILL_SEED=<seed>` runs one of the two loops alone.
@Suite struct KillTests {
    private static let kills = 100
    private static let seeds: [UInt64] =
        ProcessInfo.processInfo.environment["ROBBIEBLOCKS_KILL_SEED"].flatMap(UInt64.init)
        .map { [$0] } ?? [1, 2]

    @Test(arguments: seeds)
    func currentIsAlwaysACompleteRelease(seed: UInt64) async throws {
        var loop = try await KillLoop(seed: seed)
        var kills = 0
        var attempts = 0
        while kills < Self.kills {
            attempts += 1
            do {
                try loop.edit()
                // One that was done already was not killed, and does not count.
                if try await loop.kill() { kills += 1 }
                try loop.expectCompleteRelease()
                if attempts % 10 == 0 { try await loop.converge() }
            } catch {
                Issue.record("seed \(seed), attempt \(attempts), \(loop.last): \(error)")
                return
            }
            try #require(attempts < 3 * Self.kills)
        }
        for point in KillLoop.Point.allCases {
            #expect(loop.killed[point, default: 0] > 0, "\(point): \(loop.killed)")
        }
        // Every state that a crash can leave was met.
        for state in KillLoop.State.allCases {
            #expect(loop.met[state, default: 0] > 0, "\(state) was not met: \(loop.met)")
        }
    }
}

/// One site, and builders that die.
private struct KillLoop {
    struct Mismatch: Error, CustomStringConvertible {
        var description: String
    }

    /// The state after a crash.
    enum State: Hashable, CaseIterable {
        /// Nothing to repair, and pending edits.
        case pending
        /// A release that was being written.
        case drafted
        /// A release that the ledger has and that is not served.
        case committed
        /// Everything is done.
        case acknowledged
    }

    /// When the builder dies.
    enum Point: Hashable, CaseIterable {
        /// After a part of the time that it takes.
        case sometime
        /// Once it writes objects.
        case writing
        /// Once it has written into the ledger.
        case recorded
        /// Once it changes the tree that is not served.
        case bringing
        /// Once that tree is complete.
        case brought
        case swapped
        case acknowledged
    }

    private(set) var met: [State: Int] = [:]
    private(set) var killed: [Point: Int] = [:]
    /// The process that was killed and the time, for the failure message.
    private(set) var last = ""
    private let site: TestSite
    private let folder: SiteFolder
    private let clean: CleanRender
    private let database: Connection
    private var random: SeededGenerator
    private var edits = 0
    private var attempts = 0
    /// The time of an uninterrupted build, in microseconds.
    private var duration = 0

    init(seed: UInt64) async throws {
        site = try await TestSite(
            (0..<6).map { Rows.page("p\($0)", route: "/p\($0)/", content: "edit 0") }.joined())
        let cache = TestSite.cache
        clean = try CleanRender(of: site, cache: cache, compresses: false)
        random = SeededGenerator(seed: seed)
        database = try site.database.connect()
        folder = try SiteFolder(output: site.output, node: site.node)
        try await site.build(cache: cache)
        try edit()
        let began = monotonicMicroseconds()
        let program = try start(watching: false)
        guard program.process.wait() == .exited(0) else {
            throw Mismatch(description: "build fails: \(program.output)")
        }
        duration = monotonicMicroseconds() - began
    }

    /// Commits an edit of a few pages, whose text is its number.
    mutating func edit() throws {
        edits += 1
        let page = Int.random(in: 0..<6, using: &random)
        let set =
            random.once(in: 4)
            ? "content = 'edit \(edits)', page_route = '/moved\(edits)-' || page_key || '/'"
            : "content = 'edit \(edits)'"
        try database.run(
            script: "UPDATE robbieblocks_pages SET \(set) WHERE page_key IN ('p\(page)', 'p0')")
    }

    private func start(watching: Bool) throws -> RunningProgram {
        try RunningProgram(
            watching ? "watch" : "build", "--node", site.node, "--output", site.output,
            "--compression", "off", database: site.database.url)
    }

    /// Starts a builder and kills it.
    ///
    /// - Returns: false when it had ended before.
    mutating func kill() async throws -> Bool {
        attempts += 1
        let isWatcher = random.once(in: 2)
        let program = try start(watching: isWatcher)
        if isWatcher, random.once(in: 3) {
            // A watcher that is warm, and knows the site.
            try await waitUntil("the first release is acknowledged") { try pending() == 0 }
            try edit()
        }
        let point = Point.allCases[attempts % Point.allCases.count]
        let delay =
            point == .sometime
            ? Int.random(in: 0...duration, using: &random)
            : Int.random(in: 0...1500, using: &random)
        last = "\(isWatcher ? "watch" : "build") at \(point) and \(delay) us"
        try await wait(for: point, microseconds: delay, of: program)
        guard program.kill() == .killed(signal: SIGKILL) else { return false }
        killed[point, default: 0] += 1
        return true
    }

    /// - Parameter microseconds: how long to wait after the point was reached.
    private func wait(
        for point: Point, microseconds: Int, of program: RunningProgram
    ) async throws {
        let hasReached = watch(for: point)
        let deadline = monotonicMilliseconds() + 30_000
        var polls = 0
        // A process that ended before it was observed is recognised by its exit.
        while try !hasReached(), try polls % 32 != 31 || pending() > 0 {
            polls += 1
            guard monotonicMilliseconds() < deadline else {
                throw Mismatch(description: "it does nothing: \(program.output)")
            }
            try await Task.sleep(for: .microseconds(100))
        }
        try await Task.sleep(for: .microseconds(microseconds))
    }

    private func watch(for point: Point) -> () throws -> Bool {
        let path = folder.path
        let served = Self.target(path + "/current")
        let spare = served == "trees/a" ? "trees/b" : "trees/a"
        let marker = Self.target("\(path)/\(spare)/.release")
        let ledger = Self.change(of: "\(path)/ledger.sqlite-wal")
        return switch point {
        case .sometime: { true }
        case .writing: { FileManager.default.fileExists(atPath: path + "/objects/.writing") }
        case .recorded: { Self.change(of: "\(path)/ledger.sqlite-wal") != ledger }
        case .bringing: { Self.target("\(path)/\(spare)/.release") != marker }
        case .brought:
            {
                let now = Self.target("\(path)/\(spare)/.release")
                return now != marker && !now.isEmpty && !now.contains(",")
            }
        case .swapped: { Self.target(path + "/current") != served }
        case .acknowledged: { false }
        }
    }

    /// Where a link leads; "" when there is none.
    private static func target(_ path: String) -> String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) ?? ""
    }

    private static func text(_ path: String) -> String {
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }

    private static func change(of path: String) -> [Int] {
        var status = stat()
        return stat(path, &status) == 0
            ? [Int(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec] : []
    }

    /// Edits that are not called live.
    private func pending() throws -> Int {
        try database.run(
            """
            SELECT count(*)::integer FROM robbieblocks_change_triggers
            WHERE processed_at IS NULL AND \(site.node) <> ALL (acknowledged_by)
            """)[0].value(0)
    }

    /// The served site is complete, and has every edit that is reported as live.
    mutating func expectCompleteRelease() throws {
        guard let live = try PublishedTree.verify(folder) else {
            throw Mismatch(description: "nothing is served")
        }
        let newest = try folder.releases().first?.number ?? 0
        let isWriting = FileManager.default.fileExists(atPath: folder.path + "/objects/.writing")
        let state: State =
            newest > live
            ? .committed : isWriting ? .drafted : try pending() > 0 ? .pending : .acknowledged
        met[state, default: 0] += 1

        let pages = try database.run(
            """
            SELECT page_route, content FROM robbieblocks_pages AS page WHERE NOT EXISTS (
                SELECT FROM robbieblocks_change_triggers WHERE entity_id = page.id
                    AND processed_at IS NULL AND \(site.node) <> ALL (acknowledged_by))
            """)
        for index in 0..<pages.count {
            let route: String = try pages[index].value(0)
            let content: String = try pages[index].value(1)
            guard Self.text("\(site.current)\(route)index.html").contains(">\(content)<") else {
                throw Mismatch(description: "'\(content)' is called live at \(route) and is not")
            }
        }
        let called = try database.run(
            """
            SELECT coalesce(max(release), 0) FROM (
                SELECT release FROM robbieblocks_deploys WHERE deploy_status = 'success'
                UNION ALL SELECT release FROM robbieblocks_builders) AS list
            """)[0].value(0, as: Int.self)
        guard called <= live else {
            throw Mismatch(description: "release \(called) is called live, and \(live) is")
        }
    }

    /// One uninterrupted builder completes everything.
    func converge() async throws {
        let program = try start(watching: false)
        guard program.process.wait() == .exited(0) else {
            throw Mismatch(description: "build fails: \(program.output)")
        }
        guard try pending() == 0 else { throw Mismatch(description: "edits are still pending") }
        let expected = try await clean.expected(rendering: true)
        let live = try site.liveManifest().files.mapValues(\.digest)
        guard live == expected.pages.merging(expected.assets, uniquingKeysWith: { $1 }) else {
            throw Mismatch(description: "the site is not that of a clean build")
        }
    }
}
