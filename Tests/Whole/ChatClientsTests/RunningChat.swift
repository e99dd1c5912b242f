import Foundation
import PostgreSQL
import TestSupport

/// `robbieblocks chat`, the real program, before a site and, if asked for, a scripted provider.
final class RunningChat: Sendable {
    let site: TestSite
    private let reserved: ReservedPort
    private let provider: ModelPeer?
    let program: RunningProgram

    private static let pages =
        Rows.page(
            "prices", route: "/prices/",
            content: "# Prices\n\n## Lighthouses\n\nA lighthouse costs forty crowns.\n")
        + Rows.page(
            "harbour", route: "/harbour/",
            content: "# The harbour\n\nShips come in at high water, and the pilot waits for them.\n"
        )

    var port: Int { reserved.port }
    var address: String { "http://127.0.0.1:\(port)" }

    /// - Parameters:
    ///   - model: what the provider is to do, see Tests/Support/ModelPeer; nil for no provider.
    ///   - options: of `robbieblocks chat`.
    init(
        model: String? = nil, _ options: [String] = [], environment: [String: String] = [:]
    ) async throws {
        site = try await TestSite(Self.pages)
        try await site.build()
        if let model {
            let provider = try ModelPeer.start()
            try site.database.run(
                """
                INSERT INTO ai_model_chain (node_id, chain_order, name, provider, base_url, model)
                VALUES ('\(site.node)', 1, 'peer', 'ollama', '\(provider.url)', '\(model)')
                """)
            self.provider = provider
        } else {
            provider = nil
        }
        reserved = try ReservedPort()
        program = try RunningProgram(
            ["chat", "--node", site.node, "--port", "\(reserved.port)", "--output", site.output]
                + options,
            database: site.database.url,
            environment: ["ROBBIEBLOCKS_CHAT_SECRET": String(repeating: "s", count: 32)]
                .merging(environment) { _, given in given })
        try await waitUntilReady()
    }

    /// Checks that the service can answer, also from the pages.
    private func waitUntilReady() async throws {
        struct Health: Decodable { var ready: Bool }
        let client = HTTPClient(port: port)
        do {
            try await waitUntil("the chat is ready") {
                if program.hasStopped { throw RunningProgram.Failure(description: "it ended") }
                guard let answer = try? await client.send("GET", "/api/health"),
                    let health = try? JSONDecoder().decode(Health.self, from: Data(answer.body))
                else { return false }
                return health.ready
            }
            // The pages are read in the background.
            let count = "SELECT count(*) FROM documents"
            let connection = try site.database.connect()
            try await waitUntil("the pages are read") {
                try connection.run(Query(unsafeSQL: count))[0].value(0, as: Int.self) >= 2
            }
        } catch {
            throw RunningProgram.Failure(description: "\(error); it printed: \(program.output)")
        }
    }
}
