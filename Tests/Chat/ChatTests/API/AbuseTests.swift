import Core
import Foundation
import PostgreSQL
import SiteModel
import Synchronization
import System
import TestSupport
import Testing

@testable import Chat

@Suite("What goes wrong around an answer, and who means it badly")
struct AbuseTests {
    private static let json = ["content-type": "application/json"]

    private static func words(_ count: Int) -> String {
        (0..<count).map { "w\($0) " }.joined()
    }

    @Test(
        "killed between question and answer, and asked again: one question, one answer",
        .timeLimit(.minutes(3)))
    func killedInTheMiddle() async throws {
        let peer = try ModelPeer.start()
        let site = try await TestSite()
        try RunningChat.use(["steady-40"], of: peer, in: site.database)
        let connection = try site.database.connect()
        func count(_ role: String) throws -> Int {
            try connection.run("SELECT count(*) FROM messages WHERE role = \(role)")[0].value(0)
        }

        let first = try await ChatProgram.start(for: site)
        let visit = try await first.post("/api/conversations", "{}")
        let cookie = try #require(visit.cookie)
        let headers = ["cookie": cookie, "idempotency-key": "only-once"]
        let question = #"{"message":"Are you there?"}"#
        async let lost = try? first.post("/api/chat", question, headers: headers)
        try await waitUntil("the question is stored") { try count("user") == 1 }
        #expect(first.program.kill() == .killed(signal: SIGKILL))
        #expect(await lost == nil)
        #expect(try count("user") == 1)
        #expect(try count("assistant") == 0)

        let second = try await ChatProgram.start(for: site)
        let answer = try await second.post("/api/chat", question, headers: headers)
        #expect(answer.status == 200)
        #expect(answer.json["status"]?.string == "complete")
        #expect(answer.json["content"]?.string == Self.words(40))
        // Once more gets what is stored, and asks no model.
        let asked = try await peer.counts(of: "steady-40").requests
        let again = try await second.post("/api/chat", question, headers: headers)
        #expect(again.json["message_id"] == answer.json["message_id"])
        #expect(again.json["content"] == answer.json["content"])
        #expect(try await peer.counts(of: "steady-40").requests == asked)

        let keyed: Int = try connection.run(
            "SELECT count(*) FROM messages WHERE role = 'user' AND idempotency_key = 'only-once'")[
                0
            ].value(0)
        #expect(keyed == 1)
        #expect(try count("user") == 1)
        #expect(try count("assistant") == 1)
        #expect(try await second.program.terminate() == .exited(0))
    }

    @Test(
        "asked to stop in the middle of an answer, it says the rest of it and stores it",
        .timeLimit(.minutes(2)))
    func stoppedInTheMiddle() async throws {
        let peer = try ModelPeer.start()
        let site = try await TestSite()
        try RunningChat.use(["steady-40"], of: peer, in: site.database)
        let chat = try await ChatProgram.start(for: site)
        async let asked = chat.post(
            "/api/chat", #"{"message":"Are you there?"}"#,
            headers: ["accept": "text/event-stream"])
        _ = try await peer.counts(of: "steady-40") { $0.open == 1 }
        #expect(try await chat.program.terminate() == .exited(0))
        let answer = try await asked
        #expect(answer.events.last?.data["status"]?.string == "complete")
        #expect(
            answer.events.compactMap { $0.data["text"]?.string }.joined() == Self.words(40))
        let stored: String = try site.database.connect().run(
            "SELECT content FROM messages WHERE role = 'assistant' AND status = 'complete'")[0]
            .value(0)
        #expect(stored == Self.words(40))
    }

    @Test("metrics are on a loopback port of their own, as Prometheus reads them")
    func metrics() async throws {
        let site = try await TestSite()
        let reserved = try ReservedPort()
        let chat = try await ChatProgram.start(for: site, metrics: reserved.port)
        #expect(try await chat.post("/api/chat", #"{"message":"Hello"}"#).status == 200)
        let answer = try await HTTPClient(port: reserved.port).send("GET", "/metrics")
        #expect(answer.status == 200)
        #expect(answer["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true)
        #expect(
            answer.text.contains(
                #"robbieblocks_chat_answers_total{node="\#(site.node)",source="retrieval","#))
        #expect(try await chat.client.send("GET", "/metrics").status == 404)
        #expect(try await chat.program.terminate() == .exited(0))
    }

    @Test(
        "the database is gone in the middle of an answer: it is said, and stored later",
        .timeLimit(.minutes(3)))
    func databaseGone() async throws {
        let peer = try ModelPeer.start()
        let server = try TestDatabase.startServer()
        defer { _ = try? server.stop() }
        let losses = Mutex<[String]>([])
        let lose: @Sendable (ChatEvent) -> Void = { event in
            if case .answerLost(let message, _) = event { losses.withLock { $0.append(message) } }
        }
        try await RunningChat.with(
            peer: peer, models: ["steady-60"], database: TestDatabase(on: server), report: lose
        ) { chat in
            let cookie = try #require(try await chat.post("/api/conversations", "{}").cookie)
            let (begun, begin) = AsyncStream.makeStream(of: Void.self)
            async let reading = chat.client.onThread {
                defer { begin.finish() }
                let connection = try HTTPConnection(to: chat.client)
                try connection.write(
                    HTTPClient.request(
                        "POST", "/api/chat",
                        headers: Self.json.merging(
                            ["accept": "text/event-stream", "cookie": cookie]) { $1 },
                        body: Array(#"{"message":"Hello?"}"#.utf8)))
                let head = try connection.readHead()
                var body: [UInt8] = []
                while !String(decoding: body, as: UTF8.self).contains("id: 2\n") {
                    let some = try connection.readSome()
                    guard !some.isEmpty else { break }
                    body += some
                }
                begin.finish()
                body += try connection.readToEnd()
                return HTTPAnswer(status: head.status, fields: head.fields, body: body)
            }
            for await _ in begun {}
            guard case .running(let process) = server.status() else {
                throw RunningProgram.Failure(description: "the database does not run")
            }
            // What `pg_ctl stop -m immediate` does.
            kill(Int32(process), SIGQUIT)
            try await waitUntil("the database is gone") { server.status() == .stopped }
            #expect(try await peer.counts(of: "steady-60").completed == 0)

            let answer = try await reading
            #expect(answer.status == 200)
            let events = answer.events
            #expect(events.map(\.id) == Array(1...events.count))
            #expect(events.last?.name == "complete")
            #expect(events.last?.data["status"]?.string == "complete")
            #expect(
                events.compactMap { $0.data["text"]?.string }.joined() == Self.words(60))
            #expect(server.status() == .stopped)
            // It lives, and is not ready.
            try await waitUntil("it is not ready") {
                try await chat.get("/api/health?check=ready").status == 503
            }
            #expect(try await chat.get("/api/health?check=live").status == 200)

            try server.start()
            let message = try #require(events.last?.data["message_id"]?.string)
            try await waitUntil("the answer is stored or reported as lost", seconds: 20) {
                try chat.count("messages WHERE id = \(message)::uuid") == 1
                    || losses.withLock { $0.contains(message) }
            }
            #expect(losses.withLock { $0 } == [])
            let text: String = try chat.database.connect().run(
                "SELECT content FROM messages WHERE id = \(message)::uuid")[0].value(0)
            #expect(text == Self.words(60))
        }
    }

    // MARK: Readers who take one byte a second

    private static let readers = 200
    private static let pieces = 30_000

    /// Has a model that says as much as an answer may have.
    private static func useLongModel(of peer: ModelPeer, in database: TestDatabase) throws {
        try RunningChat.use(["asked"], of: peer, in: database)
        try database.run(
            "UPDATE ai_model_chain SET maximum_output_tokens = 60000, context_tokens = 200000")
    }

    /// Asks for a long answer.
    ///
    /// - Returns: the request that reads it again.
    private static func longAnswer(of client: HTTPClient) async throws -> [UInt8] {
        let answer = try await client.send(
            "POST", "/api/chat", headers: json.merging(["accept": "text/event-stream"]) { $1 },
            body: Array(#"{"message":"do:fast-\#(pieces)"}"#.utf8))
        let last = try #require(answer.events.last)
        #expect(last.name == "complete")
        #expect(last.data["status"]?.string == "complete")
        #expect(answer.body.count > 200_000)
        let message = try #require(last.data["message_id"]?.string)
        let cookie = try #require(answer.cookie)
        let path = "/api/messages/\(message)/stream"
        let headers = ["accept": "text/event-stream", "cookie": cookie]
        let again = try await client.send("GET", path, headers: headers)
        #expect(again.body.count == answer.body.count, "\(again.status) \(again.text.prefix(200))")
        return HTTPClient.request("GET", path, headers: headers)
    }

    /// Twenty other visitors, one after the other.
    private static func askAsOthers(_ client: HTTPClient) async throws {
        for number in 1...20 {
            let answer = try await client.send(
                "POST", "/api/chat",
                headers: json.merging(["x-real-ip": "198.51.100.\(number)"]) { $1 },
                body: Array(#"{"message":"Hello"}"#.utf8))
            #expect(answer.status == 200)
            #expect(answer.json["content"]?.string == Self.words(3))
        }
    }

    @Test(
        "200 readers of one byte a second cost little, and others do not wait for them",
        .timeLimit(.minutes(3)))
    func slowReaders() async throws {
        let peer = try ModelPeer.start()
        let site = try await TestSite()
        try Self.useLongModel(of: peer, in: site.database)
        let chat = try await ChatProgram.start(
            for: site, limits: ["requests-per-address=100000"])
        let request = try await Self.longAnswer(of: chat.client)
        try await Self.askAsOthers(chat.client)
        let before = try chat.residentBytes

        let slow = try SlowReaders(Self.readers, to: chat.client, request)
        defer { slow.end() }
        try await waitUntil("all are served") { slow.served == Self.readers }
        var most = try chat.residentBytes
        for _ in 0..<3 {
            try await Self.askAsOthers(chat.client)
            most = max(most, try chat.residentBytes)
        }
        let states = try SlowReaders.states(on: chat.client.port)
        #expect(states["01", default: 0] >= Self.readers, "\(states)")
        #expect(most - before < 60 << 20, "\((most - before) >> 10) KiB more")
        slow.end()
        #expect(try await chat.program.terminate() == .exited(0))
    }

    @Test(
        "readers of one byte a second are dropped in time, and others are not",
        .timeLimit(.minutes(3)))
    func slowReadersAreDropped() async throws {
        let peer = try ModelPeer.start()
        // A program has no option for it: half a minute would be long to wait.
        let database = try await TestDatabase()
        try Self.useLongModel(of: peer, in: database)
        try await RunningChat.with(database: database, idleSeconds: 3) { chat in
            let request = try await Self.longAnswer(of: chat.client)
            let slow = try SlowReaders(Self.readers, to: chat.client, request)
            defer { slow.end() }
            try await waitUntil("all are served") { slow.served == Self.readers }
            // On a busy machine the first may be gone before the last is served.
            #expect(try SlowReaders.connections(heldOn: chat.client.port) > 0)
            try await Self.askAsOthers(chat.client)
            try await waitUntil("all are dropped", seconds: 20) {
                try SlowReaders.connections(heldOn: chat.client.port) == 0
            }
        }
    }
}
