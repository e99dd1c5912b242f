import Core
import Foundation
import HTTP
import PostgreSQL
import SiteModel
import System
import TestSupport

@testable import Chat

/// A real chat server of a test's own, over a real database, asking a real peer of scripted models.
struct RunningChat: Sendable {
    static let node = "testpilot"
    static let other = "aurora-town-local"
    static let adminToken = "an-administrator-of-this-test"
    static let apiKey = "a-key-for-programs-of-this-test"
    static let secret = "a-secret-of-this-test-of-32-bytes"

    let client: HTTPClient
    let database: TestDatabase
    let service: ChatService

    /// Runs a server for as long as `body` runs, then checks that it ends by itself.
    ///
    /// - Parameters:
    ///   - models: names of the peer's behaviours, in the order in which they are asked.
    ///   - idleSeconds: nil for the server's own.
    static func with<Result: Sendable>(
        peer: ModelPeer? = nil, models: [String] = [], nodes: [String] = [node],
        database: TestDatabase? = nil, target: ConnectionTarget? = nil, output: String? = nil,
        limits: [String] = [], apiKeys: [String] = [apiKey], drainSeconds: Int = 5,
        idleSeconds: Int? = nil,
        report: @escaping @Sendable (ChatEvent) -> Void = { _ in },
        _ body: (RunningChat) async throws -> Result
    ) async throws -> Result {
        let database = if let database { database } else { try await TestDatabase() }
        let folder = try TestFolder()
        if let peer { try Self.use(models, of: peer, in: database) }
        var configuration = ChatConfiguration(
            sites: nodes.map { .init(node: $0, name: "The site \($0)") },
            database: target ?? database.target, output: output ?? folder.path,
            secrets: try ChatSecrets([Array(secret.utf8)]))
        configuration.adminToken = adminToken
        configuration.apiKeys = apiKeys
        configuration.port = 0
        configuration.connections = 4
        configuration.drainSeconds = drainSeconds
        for limit in [
            "requests-per-address=100000", "questions-per-visitor=10000",
            "questions-per-address=10000",
        ] + limits {
            try configuration.limits.set(limit)
        }
        let service = ChatService(configuration, report: report)
        var serving = service.serverConfiguration
        if let idleSeconds { serving.limits.idleSeconds = idleSeconds }
        let http = service.http
        let server = HTTPServer(serving, webSocket: http.webSocket, handler: http.handler)
        defer { withExtendedLifetime(folder) {} }
        return try await whileServing { started in
            try await service.run(behind: { () async throws(Diagnostic) in
                try await server.run(onListening: started)
            })
        } perform: { (address: ServerAddress) in
            let chat = RunningChat(
                client: HTTPClient(port: address.port), database: database, service: service)
            try await chat.waitUntilReady()
            return try await body(chat)
        }
    }

    /// Makes these the models of every node.
    static func use(_ models: [String], of peer: ModelPeer, in database: TestDatabase) throws {
        for (index, model) in models.enumerated() {
            try database.connect().run(
                """
                INSERT INTO ai_model_chain (chain_order, name, provider, base_url, model,
                    first_token_timeout_ms, stall_timeout_ms)
                VALUES (\(index + 1)::integer, \(model), 'openai', \(peer.openAIURL), \(model),
                    2000, 1000)
                """)
        }
    }

    private func waitUntilReady() async throws {
        try await waitUntil("the server is ready", every: .milliseconds(25)) {
            try await client.send("GET", "/api/health?check=ready").status == 200
        }
    }

    /// Sends JSON and reads the whole answer.
    func post(
        _ path: String, _ json: String, cookie: String? = nil,
        headers: [String: String] = [:]
    ) async throws -> HTTPAnswer {
        var headers = headers
        if headers["content-type"] == nil { headers["content-type"] = "application/json" }
        headers["cookie"] = cookie
        return try await client.send("POST", path, headers: headers, body: Array(json.utf8))
    }

    /// The request of an API client with a key.
    static let keyed = ["authorization": "Bearer \(apiKey)"]

    /// Asks a question.
    func post(
        _ json: String, cookie: String? = nil, headers: [String: String] = [:]
    ) async throws -> HTTPAnswer {
        try await post("/api/chat", json, cookie: cookie, headers: headers)
    }

    func get(_ path: String, cookie: String? = nil) async throws -> HTTPAnswer {
        try await client.send("GET", path, headers: cookie.map { ["cookie": $0] } ?? [:])
    }

    /// Waits until a session waits for a lock that another one holds.
    func waitForLock() async throws { try await database.waitForLock() }

    /// How many rows there are of something, as a superuser sees them.
    func count(_ query: Query) throws -> Int {
        try database.connect().run("SELECT count(*) FROM \(query)")[0].value(0)
    }
}

extension HTTPAnswer {
    var json: JSONValue { (try? JSONValue(parsing: text)) ?? .null }

    /// The cookie that was set, as it is sent back.
    var cookie: String? { self["set-cookie"]?.split(separator: ";").first.map(String.init) }

    /// The code of an error.
    var code: String? { json["error"]?["code"]?.string }

    /// The events of a stream: number, name, data.
    var events: [(id: Int, name: String, data: JSONValue)] {
        text.components(separatedBy: "\n\n").compactMap { event in
            var (id, name, data) = (0, "", JSONValue.null)
            for line in event.split(separator: "\n") {
                let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
                guard parts.count == 2 else { continue }
                switch parts[0] {
                case "id": id = Int(parts[1].dropFirst()) ?? 0
                case "event": name = String(parts[1].dropFirst())
                default: data = (try? JSONValue(parsing: parts[1])) ?? .null
                }
            }
            return name.isEmpty ? nil : (id, name, data)
        }
    }
}
