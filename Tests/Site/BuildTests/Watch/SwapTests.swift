import Build
import Foundation
import Publishing
import Synchronization
import System
import TestSupport
import Testing

/// Releases are swapped under visitors who never stop asking.
@Suite struct SwapTests {
    private static let swaps = 500

    @Test func everyAnswerIsOfTheOldOrTheNewRelease() async throws {
        let site = try await TestSite(
            Rows.component(
                "card", code: "export default () => <p className=\"card\">card</p>",
                styles: ".card { order: 9 }")
                + Rows.page("home", route: "/", content: "edit 0") + Rows.page("a", route: "/a/")
                + Rows.page("b", route: "/b/") + Rows.block(on: "home", "card")
                + Rows.block(on: "a", "card") + Rows.block(on: "b", "card"))
        let keeper = try site.keeper { $0.compresses = true }
        try await keeper.build(.reconciliation)
        let live = try await LiveSite(site)
        let folder = try SiteFolder(output: site.output, node: site.node)
        let record = SwapRecord(try folder.manifest(of: 1))

        try await withThrowingTaskGroup(of: Void.self) { group in
            for visitor in 0..<3 {
                let client = HTTPClient(port: live.server.port, timeout: 10)
                group.addTask {
                    try await client.onThread {
                        var visitor = try Visitor(client, seed: UInt64(visitor), record: record)
                        try visitor.run()
                    }
                }
            }
            defer { record.end() }
            for swap in 1...Self.swaps {
                var sql = LiveSite.edit("home", "edit \(swap)") + LiveSite.edit("a", "\(swap)")
                if swap % 10 == 0 {
                    // The style sheet gets another name, and every page links it.
                    sql +=
                        "UPDATE robbieblocks_components"
                        + " SET css_styles = '.card { order: \(swap / 10 % 5) }';"
                }
                try site.database.run(sql)
                record.begin()
                let report = try await keeper.build(.changes)
                #expect(report.outcome == .published(release: swap + 1))
                record.finish(try folder.manifest(of: swap + 1))
            }
            record.end()
            try await group.waitForAll()
        }
        #expect(record.faults == [])
        // Enough was asked for this to mean something.
        let counts = record.counts
        #expect(counts.answers > 2 * Self.swaps, "\(counts)")
        #expect(counts.notModified > 20 && counts.assets > 100, "\(counts)")
        #expect(live.server.errors == "")
    }
}

/// Which releases a visitor may have met, and what was wrong.
///
/// A swap is begun, then finished. Between what was finished before a request and what was begun by
/// the end of its answer lies every release that it may show.
private final class SwapRecord: Sendable {
    struct Counts: Sendable {
        var answers = 0
        var notModified = 0
        var assets = 0
    }

    /// The responses that a visitor got, checked once the manifests are known.
    struct Sight: Sendable {
        var path: String
        var digest: SHA256Digest
        var isNotModified: Bool
        var releases: ClosedRange<Int>
    }

    private struct State {
        /// By release, from 0.
        var manifests: [Manifest]
        var begun = 0
        var hasEnded = false
        var sights: [Sight] = []
        var faults: [String] = []
        var counts = Counts()
    }

    private let state: Mutex<State>

    init(_ first: Manifest) { state = Mutex(State(manifests: [first])) }

    func begin() { state.withLock { $0.begun += 1 } }

    func end() { state.withLock { $0.hasEnded = true } }

    var hasEnded: Bool { state.withLock { $0.hasEnded } }
    var finished: Int { state.withLock { $0.manifests.count - 1 } }
    var begun: Int { state.withLock { $0.begun } }
    var faults: [String] { state.withLock { $0.faults } }
    var counts: Counts { state.withLock { $0.counts } }

    func fault(_ text: String) {
        state.withLock { if $0.faults.count < 20 { $0.faults.append(text) } }
    }

    func saw(_ sight: Sight) {
        state.withLock { state in
            state.counts.answers += 1
            if sight.isNotModified { state.counts.notModified += 1 }
            state.sights.append(sight)
        }
    }

    func sawAsset() { state.withLock { $0.counts.assets += 1 } }

    /// A swap is done: what was seen meanwhile can be judged.
    func finish(_ manifest: Manifest) {
        state.withLock { state in
            state.manifests.append(manifest)
            let last = state.manifests.count - 1
            let (ready, open) = (
                state.sights.filter { $0.releases.upperBound <= last },
                state.sights.filter { $0.releases.upperBound > last }
            )
            state.sights = open
            for sight in ready where state.faults.count < 20 {
                let digests = sight.releases.map { state.manifests[$0].files[sight.path]?.digest }
                if !digests.contains(sight.digest) {
                    state.faults.append(
                        "\(sight.path) at releases \(sight.releases) is of none of them"
                            + (sight.isNotModified ? ", but called unchanged" : ""))
                }
            }
        }
    }
}

/// Asks again and again on a connection that is kept open, blocking its thread.
private struct Visitor {
    private let client: HTTPClient
    private let record: SwapRecord
    private var random: SeededGenerator
    private var connection: HTTPConnection
    /// The last response, by path and encoding.
    private var known: [String: (tag: String, file: String, digest: SHA256Digest)] = [:]

    init(_ client: HTTPClient, seed: UInt64, record: SwapRecord) throws {
        self.client = client
        self.record = record
        random = SeededGenerator(seed: seed)
        connection = try HTTPConnection(to: client)
    }

    mutating func run() throws {
        while !record.hasEnded {
            let path = ["", "a/", "b/"][Int.random(in: 0..<3, using: &random)]
            let html = try page(path, compressed: random.once(in: 3))
            // The style sheet of the page that is open, after a while.
            if let html, random.once(in: 4),
                let match = html.firstMatch(of: /\/assets\/page-\w+\.css/)
            {
                if random.once(in: 3) { usleep(20_000) }
                let asset = try send("\(match.0)", [:])
                record.sawAsset()
                if asset.status != 200 || asset.body.isEmpty {
                    record.fault("\(match.0) of an open page: \(asset.status)")
                }
            }
            usleep(1000)
        }
    }

    /// - Returns: the page's text, when it was sent plain.
    private mutating func page(_ path: String, compressed: Bool) throws -> String? {
        var headers: [String: String] = [:]
        if compressed { headers["accept-encoding"] = "gzip" }
        let key = compressed ? path + "gzip" : path
        let before = random.once(in: 2) ? known[key] : nil
        if let before { headers["if-none-match"] = before.tag }
        let first = record.finished
        let answer = try send("/" + path, headers)
        let releases = first...record.begun
        guard answer.status == 200 || (answer.status == 304 && before != nil) else {
            record.fault("/\(path): \(answer.status)")
            return nil
        }
        if answer.status == 304, let before {
            record.saw(
                .init(
                    path: before.file, digest: before.digest, isNotModified: true,
                    releases: releases))
            return nil
        }
        let isCompressed = answer["content-encoding"] == "gzip"
        let file = path + "index.html" + (isCompressed ? ".gz" : "")
        let digest = SHA256Digest(hashing: answer.body)
        record.saw(
            .init(path: file, digest: digest, isNotModified: false, releases: releases))
        known[key] = answer["etag"].map { ($0, file, digest) }
        return isCompressed ? nil : answer.text
    }

    private mutating func send(_ target: String, _ headers: [String: String]) throws -> HTTPAnswer {
        try connection.write(
            HTTPClient.request("GET", target, host: "localhost", headers: headers))
        let answer = try connection.readAnswer()
        // nginx ends a connection after a thousand requests, and says so.
        if answer["connection"] == "close" { connection = try HTTPConnection(to: client) }
        return answer
    }
}
