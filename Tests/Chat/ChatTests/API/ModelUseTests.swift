import Core
import PostgreSQL
import SiteModel
import Synchronization
import TestSupport
import Testing

@testable import Chat

@Suite("Which models the service asks, and what it keeps of that")
struct ModelUseTests {
    @Test("the first visitor is answered by a model, however long its row takes to read")
    func modelsAreKnownFirst() async throws {
        let peer = try ModelPeer.start()
        let database = try await TestDatabase()
        try RunningChat.use(["fast-5"], of: peer, in: database)
        let lock = try database.connect()
        try lock.run(script: "BEGIN; LOCK TABLE ai_model_chain IN ACCESS EXCLUSIVE MODE;")
        let isServing = Gate()
        async let released: Void = {
            try await database.waitForLock()
            // Others are served by the database meanwhile; the chat serves nobody.
            for _ in 0..<20 { try database.run("SELECT 1") }
            #expect(!isServing.isOpen)
            try lock.run(script: "ROLLBACK;")
        }()
        try await RunningChat.with(database: database) { chat in
            isServing.open()
            let answer = try await chat.post(#"{"message":"Hello?"}"#)
            #expect(answer.json["source"]?.string == "model")
        }
        try await released
    }

    @Test("with a model for vectors, pages and messages get them, and search goes by meaning, too")
    func meaning() async throws {
        let peer = try ModelPeer.start()
        let site = try await TestSite(
            """
            INSERT INTO robbieblocks_pages
                (page_key, app_namespace, page_name, page_route, content, status)
            VALUES ('home', 'shared', 'Home', '/', 'We sell paper lanterns.', 'published')
            """)
        try await site.build()
        try site.database.run(
            """
            INSERT INTO ai_model_chain (purpose, name, provider, base_url, model)
            VALUES ('embedding', 'vectors', 'ollama', '\(peer.url)', 'embed-64')
            """)
        try await RunningChat.with(
            nodes: [site.node], database: site.database, output: site.output
        ) { chat in
            try await waitUntil("the page has vectors") {
                try chat.count("passage_embeddings WHERE dimensions = 64") > 0
            }
            let answer = try await chat.post(#"{"message":"Do you sell lanterns?"}"#)
            let content = answer.json["content"]?.string ?? ""
            #expect(content.contains("paper lanterns"))
            let cookie = try #require(answer.cookie)
            try await waitUntil("the question has a vector") {
                try chat.count("message_embeddings WHERE role = 'user'") == 1
            }
            let found = try await chat.get("/api/memory/search?q=lanterns", cookie: cookie)
            #expect(found.json["search"]?.string == "hybrid")
            #expect(found.json["results"]?.array?.count == 1)
            #expect(try chat.count("pg_indexes WHERE indexdef LIKE '%USING hnsw%'") >= 1)
        }
    }

    @Test("a model that fails in the middle leaves an answer that is cut off")
    func cutOff() async throws {
        let peer = try ModelPeer.start()
        try await RunningChat.with(peer: peer, models: ["cut-3", "fast-3"]) { chat in
            let answer = try await chat.post(#"{"message":"Hello?"}"#)
            #expect(answer.json["status"]?.string == "cut_off")
            #expect(answer.json["content"]?.string == "w0 w1 w2 ")
            #expect(try await peer.counts(of: "fast-3").requests == 0)
        }
    }

    @Test("models that say nothing are passed over, and in the end the pages are quoted")
    func fallback() async throws {
        let peer = try ModelPeer.start()
        try await RunningChat.with(peer: peer, models: ["refuse", "status-500", "malformed"]) {
            chat in
            let answer = try await chat.post(#"{"message":"Hello?"}"#)
            #expect(answer.status == 200)
            #expect(answer.json["source"]?.string == "retrieval")
            let rows: Query = "ai_model_usage WHERE first_token_ms IS NULL"
            try await waitUntil("all attempts are recorded") { try chat.count(rows) == 3 }
            for (model, outcome) in [
                ("refuse", "lost"), ("status-500", "server-error"), ("malformed", "malformed"),
            ] {
                let row: Query = "\(rows) AND model = \(model) AND outcome = \(outcome)"
                #expect(try chat.count(row) == 1, "\(model)")
            }
        }
    }

    @Test("what a model took and gave is recorded and counted")
    func usage() async throws {
        let peer = try ModelPeer.start()
        try await RunningChat.with(peer: peer, models: ["fast-7"]) { chat in
            _ = try await chat.post(#"{"message":"Hello?"}"#)
            try await waitUntil("the attempt is recorded") {
                try chat.count(
                    """
                    ai_model_usage WHERE outcome = 'complete' AND output_tokens = 7
                        AND input_tokens > 0 AND first_token_ms > 0 AND total_ms >= first_token_ms
                    """) == 1
            }
            let metrics = chat.service.metricsText
            #expect(
                metrics.contains(
                    #"model_attempts_total{node="testpilot",model="fast-7",outcome="complete"} 1"#),
                "\(metrics)")
        }
    }

    @Test("a question may say how it is to be answered")
    func ownPersonality() async throws {
        let peer = try ModelPeer.start()
        try await RunningChat.with(peer: peer, models: ["echo"]) { chat in
            func prompt(_ more: String) async throws -> String {
                let answer = try await chat.post(#"{"message":"Hello?"\#(more)}"#)
                #expect(answer.status == 200)
                return answer.json["content"]?.string ?? ""
            }
            let plain = try await prompt("")
            let hyper = try await prompt(#","personality":"hyper""#)
            #expect(plain.contains("Hello?") && hyper.contains("Hello?"), "\(plain)")
            // The prompts differ only in the manner of speaking and the lines around quotations.
            #expect(Self.manner(of: plain) != Self.manner(of: hyper))
            #expect(Self.manner(of: plain) == Self.manner(of: try await prompt("")))
            // It is that question's alone.
            #expect(try await chat.get("/api/personality").json["mood"]?.number == 4)
        }
    }

    /// The manner of speaking in the prompt: its second line.
    private static func manner(of prompt: String) -> Substring? {
        prompt.split(separator: "\n").dropFirst().first
    }

    @Test("a row that is wrong is a line of the log, once, and a row and a metric each time")
    func wrongRows() async throws {
        let peer = try ModelPeer.start()
        let database = try await TestDatabase()
        try database.run(
            """
            INSERT INTO ai_model_chain (chain_order, name, provider, base_url, model, key_name)
            VALUES (1, 'unset', 'openai', 'https://api.openai.com', 'm', 'NOT_SET'),
                (2, 'elsewhere', 'openai', 'https://evil.example/v1', 'm', 'NOT_SET'),
                (3, 'unauthorised', 'openai', '\(peer.url)', 'needs-key', NULL),
                (4, 'unknown', 'ollama', '\(peer.url)/api/', 'no-such-model', NULL),
                (5, 'refused', 'anthropic', '\(peer.url)/v1', 'status-400', NULL);
            INSERT INTO ai_model_chain (purpose, name, provider, base_url, model)
            VALUES ('embedding', 'vectors', 'ollama', '\(peer.url)', 'status-404');
            """)
        let lines = Mutex<[String]>([])
        let report: @Sendable (ChatEvent) -> Void = { event in
            guard case .failed(_, let fault) = event, fault.message.hasPrefix("model '") else {
                return
            }
            lines.withLock { $0.append(fault.message + " (\(fault.hint ?? ""))") }
        }
        try await RunningChat.with(database: database, report: report) { chat in
            for _ in 0..<3 {
                let answer = try await chat.post(#"{"message":"Hello?"}"#)
                #expect(answer.json["source"]?.string == "retrieval")
            }
            for (name, words) in [
                ("unset", "ROBBIEBLOCKS_KEY_NOT_SET"), ("elsewhere", "ROBBIEBLOCKS_KEY_NOT_SET"),
                ("unauthorised", "key_name"), ("unknown", "model 'no-such-model'"),
                ("refused", "maximum_output_tokens"), ("vectors", "base_url"),
            ] {
                let told = lines.withLock { $0.filter { $0.hasPrefix("model '\(name)': ") } }
                #expect(told.count == 1, "\(name): \(told)")
                #expect(told.first?.contains(words) == true, "\(told)")
            }
            try await waitUntil("the attempts are recorded") {
                try chat.count("ai_model_usage WHERE purpose = 'chat'") == 15
            }
            for outcome in ["not-configured", "rejected"] {
                #expect(try chat.count("ai_model_usage WHERE outcome = \(outcome)") >= 3)
                #expect(chat.service.metricsText.contains(#"outcome="\#(outcome)"} 3"#))
            }
            #expect(try chat.count("ai_model_usage WHERE purpose = 'embedding'") > 0)
        }
    }

    @Test("a check asks every model and every embedder one question, and says what is wrong")
    func check() async throws {
        let peer = try ModelPeer.start()
        let database = try await TestDatabase()
        try database.run(
            """
            INSERT INTO ai_model_chain (node_id, chain_order, name, provider, base_url, model)
            VALUES (NULL, 1, 'good', 'openai', '\(peer.url)', 'fast-3'),
                ('\(RunningChat.node)', 2, 'bad', 'ollama', '\(peer.url)', 'no-such-model'),
                ('\(RunningChat.node)', 3, 'silent', 'anthropic', '\(peer.url)', 'empty');
            INSERT INTO ai_model_chain (purpose, name, provider, base_url, model)
            VALUES ('embedding', 'vectors', 'ollama', '\(peer.url)', 'embed-64');
            """)
        let configuration = ChatConfiguration(
            sites: [RunningChat.node, RunningChat.other].map { .init(node: $0, name: $0) },
            database: database.target, output: "/nowhere",
            secrets: try ChatSecrets([Array(RunningChat.secret.utf8)]))
        let findings = try await ModelCheck.run(configuration)
        #expect(findings.map(\.nodes.count) == [2, 1, 1, 2])
        #expect(findings.map { $0.fault == nil } == [true, false, false, true])
        #expect(findings[0].subject == "chat model 'good' (openai, fast-3)")
        #expect(findings[1].fault?.message.contains("404") == true)
        #expect(findings[1].fault?.hint?.contains("no-such-model") == true)
        #expect(findings[2].fault?.message.contains("no text") == true)
        #expect(findings[3].dimensions == 64)
        #expect(try await peer.counts().requests == 4)
    }
}
