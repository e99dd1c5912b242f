import Build
import Bundling
import Core
import Foundation
import Publishing
import System
import TestSupport
import Testing

/// Whatever is edited, in whatever transactions, and whoever is killed: the live tree is always what a
/// build from nothing gives.
///
/// `make test` runs a few scripts of one seed, `make soak` a thousand. A failure names its seed;
/// `ROBBIEBLOCKS_EDIT_SEED=<seed>` runs the same edits again, alone.
@Suite struct RandomEditTests {
    private static let scripts = SoakReport.isWanted ? 250 : 20
    private static let seeds: [UInt64] =
        ProcessInfo.processInfo.environment["ROBBIEBLOCKS_EDIT_SEED"].flatMap(UInt64.init)
        .map { [$0] } ?? (SoakReport.isWanted ? [1, 2, 3, 4] : [1])

    @Test(arguments: seeds)
    func theLiveTreeEqualsACleanBuild(seed: UInt64) async throws {
        var run = try await RandomEdits(seed: seed)
        for script in 1...Self.scripts {
            do {
                try await run.script()
                let depth: RandomEdits.Depth =
                    script % 50 == 0 ? .built : script % 10 == 0 ? .rendered : .planned
                try await run.compare(depth)
            } catch {
                Issue.record("seed \(seed), script \(script): \(error)\n\(run.log)")
                return
            }
        }
        // At least this much was met on the way.
        #expect(run.counts.releases >= Self.scripts / 2)
        if SoakReport.isWanted {
            #expect(run.counts.restarts > 0 && run.counts.kills > 0 && run.counts.faults > 0)
            #expect(run.counts.held > 0)
        }
        let live = try run.site.liveManifest()
        #expect(try await run.site.cleanManifest { $0.compresses = run.compresses } == live)
    }
}

/// One site, its edits and its builders.
private struct RandomEdits {
    struct Mismatch: Error, CustomStringConvertible {
        var description: String
    }

    /// How the live site is compared with what the rows amount to.
    enum Depth {
        /// Every file, but of pages only what they were made from, and that what is made from the
        /// same always has the same bytes.
        case planned
        /// Every page is rendered.
        case rendered
        /// And a whole site is built beside it.
        case built
    }

    let site: TestSite
    let compresses: Bool
    /// The steps of this script.
    private(set) var log = ""
    private(set) var counts = (releases: 0, restarts: 0, kills: 0, faults: 0, held: 0)
    /// Fingerprint → digest of the HTML, for all pages that were ever live.
    private var bytes: [SHA256Digest: SHA256Digest] = [:]
    private let cache: BundleCache
    private let clean: CleanRender
    private var keeper: SiteKeeper
    private var edits: EditedSite
    private var random: SeededGenerator

    init(seed: UInt64) async throws {
        site = try await TestSite(EditedSite.rows)
        compresses = seed % 4 == 0
        // Killed programs and this process find what each other compiled.
        cache = TestSite.cache
        clean = try CleanRender(of: site, cache: cache, compresses: compresses)
        edits = EditedSite(seed: seed)
        edits.begin()
        random = SeededGenerator(seed: ~seed)
        keeper = try Self.keeper(of: site, cache, compresses: compresses)
        try await keeper.build(.reconciliation)
    }

    private static func keeper(
        of site: TestSite, _ cache: BundleCache, compresses: Bool
    ) throws -> SiteKeeper {
        try site.keeper(cache: cache) { $0.compresses = compresses }
    }

    /// Some transactions, each possibly followed by a build; then everything is repaired.
    mutating func script() async throws {
        log = ""
        for _ in 0..<Int.random(in: 1...2, using: &random) {
            try run(edits.transaction())
            switch Int.random(in: 0..<32, using: &random) {
            case 0: try await killABuild()
            case 1: try await restart()
            case 2..<16: try await build()
            default: break
            }
        }
        if let mending = edits.mend() {
            if random.once(in: 2) { try await build() }
            if random.once(in: 8) { try await restart() }
            try run(mending)
        }
        if random.once(in: 24) { try await restart() }
        try await build()
        guard edits.hasWaiting else { return }
        log += "-- build by hand\n"
        try await note(
            try await Self.keeper(of: site, cache, compresses: compresses).build(.everything))
        edits.publishedByHand()
        try await build()
    }

    /// A builder that knows only what the ledger says holds the same pages back, and shows them alike.
    private mutating func compareWithARestart(_ report: BuildReport) async throws {
        let isHeld =
            report.kept + report.failed > 0 || edits.hasWaiting
            || report.errors.contains { $0.location.frame != nil }
        guard isHeld, random.once(in: 3) else { return }
        counts.held += 1
        let live = try site.liveManifest()
        let other = try await Self.keeper(of: site, cache, compresses: compresses)
            .build(.reconciliation)
        guard try site.liveManifest() != live else { return }
        let changed = try site.liveManifest().files.filter { live.files[$0.key] != $0.value }
        throw Mismatch(
            description: "a builder that was started again gives another site: "
                + "\(changed.keys.sorted()), \(other.errors)")
    }

    private mutating func run(_ sql: String) throws {
        log += sql + "\n"
        try site.database.run(sql)
    }

    private mutating func build() async throws {
        log += "-- build\n"
        let report = try await keeper.build(.changes)
        try await note(report)
        try await compareWithARestart(report)
    }

    private mutating func note(_ report: BuildReport) async throws {
        if case .published = report.outcome { counts.releases += 1 }
        if !report.errors.isEmpty { counts.faults += 1 }
        // As an admin would who reads that most pages are gone.
        guard report.errors.contains(where: { $0.code == .mostPagesGone }) else { return }
        try run("UPDATE robbieblocks_pages SET status = 'published';")
        try await build()
    }

    /// A new builder knows only what the ledger says.
    private mutating func restart() async throws {
        log += "-- restart\n"
        counts.restarts += 1
        keeper = try Self.keeper(of: site, cache, compresses: compresses)
        try await note(try await keeper.build(.reconciliation))
    }

    /// The real program builds beside the keeper, and dies somewhere.
    private mutating func killABuild() async throws {
        let microseconds = Int.random(in: 0...250_000, using: &random)
        log += "-- a build is killed after \(microseconds) us\n"
        let program = try RunningProgram(
            "build", "--node", site.node, "--output", site.output, "--keep-going",
            "--compression", compresses ? "on" : "off", database: site.database.url)
        try await Task.sleep(for: .microseconds(microseconds))
        if program.kill() == .killed(signal: SIGKILL) { counts.kills += 1 }
    }

    mutating func compare(_ depth: Depth) async throws {
        let live = try site.liveManifest()
        var files = live.files.filter { !$0.key.hasSuffix(".gz") && !$0.key.hasSuffix(".br") }
            .mapValues(\.digest)
        let expected = try await clean.expected(rendering: depth != .planned)
        let state = try SiteFolder(output: site.output, node: site.node).state()
        var wrong: [String] = []
        for page in state.pages.values {
            guard let digest = files[page.file] else { continue }
            if bytes.updateValue(digest, forKey: page.fingerprint) ?? digest != digest {
                wrong.append("\(page.file) (other bytes from the same)")
            }
            if let rendered = expected.pages[page.file], rendered != digest {
                wrong.append("\(page.file) (bytes)")
            }
            if expected.fingerprints[page.file] == page.fingerprint { files[page.file] = nil }
        }
        for path in expected.fingerprints.keys where live.files[path] == nil {
            wrong.append("\(path) (missing)")
        }
        for (path, digest) in expected.assets where files.removeValue(forKey: path) != digest {
            wrong.append("\(path) (asset)")
        }
        wrong += files.keys.map { "\($0) (ghost or outdated)" }
        if !wrong.isEmpty {
            throw Mismatch(
                description: "not as in a clean build: \(wrong.sorted().joined(separator: ", "))")
        }
        guard depth == .built else { return }
        let built = try await site.cleanManifest(cache: cache) { $0.compresses = compresses }
        if built != live { throw Mismatch(description: "not the manifest of a clean build") }
    }
}
