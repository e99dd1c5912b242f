import Core
import Foundation
import PostgreSQL
import System
import TestSupport

/// `robbieblocks chat` as a process with a database and a peer, which tests kill and restart.
struct ChatProgram: Sendable {
    let program: RunningProgram
    let client: HTTPClient

    /// Starts it and waits until it can answer.
    static func start(
        for site: TestSite, limits: [String] = [], metrics: Int? = nil
    ) async throws -> ChatProgram {
        let program = try RunningProgram(
            ["chat", "--node", site.node, "--port", "0", "--output", site.output]
                + limits.flatMap { ["--limit", $0] }
                + (metrics.map { ["--metrics", "\($0)"] } ?? []),
            database: site.database.url,
            environment: ["ROBBIEBLOCKS_CHAT_SECRET": RunningChat.secret])
        try await program.waitFor("answering for \(site.node) at ")
        guard let match = program.output.firstMatch(of: /127\.0\.0\.1:([0-9]+)\//),
            let port = Int(match.1)
        else { throw RunningProgram.Failure(description: "no port: \(program.output)") }
        let client = HTTPClient(port: port)
        try await waitUntil("the chat is ready") {
            let health = try? await client.send("GET", "/api/health?check=ready")
            return health?.status == 200
        }
        return ChatProgram(program: program, client: client)
    }

    /// Sends JSON and reads the whole answer.
    func post(
        _ path: String, _ json: String, headers: [String: String] = [:]
    ) async throws -> HTTPAnswer {
        try await client.send(
            "POST", path,
            headers: headers.merging(["content-type": "application/json"]) { given, _ in given },
            body: Array(json.utf8))
    }

    /// What of it is in memory, in bytes.
    var residentBytes: Int {
        get throws {
            let status = try String(
                contentsOfFile: "/proc/\(program.process.identifier)/status", encoding: .utf8)
            guard let match = status.firstMatch(of: /VmRSS:\s+([0-9]+) kB/), let size = Int(match.1)
            else { throw RunningProgram.Failure(description: "no size in \(status)") }
            return size << 10
        }
    }
}
