import Foundation
import PostgreSQL
import Synchronization
import System
import TestSupport
import Testing

@testable import Chat

/// Answers given while the database is away: stored later, or reported.
@Suite struct AnswerOutboxTests {
    private final class Losses: Sendable {
        private let list = Mutex<[AnswerOutbox.Loss]>([])
        func add(_ loss: AnswerOutbox.Loss) { list.withLock { $0.append(loss) } }
        var reasons: [AnswerOutbox.Loss.Reason] { list.withLock { $0.map(\.reason) } }
        var texts: [String] { list.withLock { $0.map(\.answer.text) } }
    }

    private let losses = Losses()

    /// What `pg_ctl stop -m immediate` does.
    private static func crash(_ server: EmbeddedServer) async throws {
        guard case .running(let process) = server.status() else {
            Issue.record("the server does not run")
            return
        }
        kill(Int32(process), SIGQUIT)
        try await waitUntil("the server has stopped") { server.status() == .stopped }
    }

    private func begin(_ chat: ChatDatabase, count: Int) async throws -> [Exchange] {
        var exchanges: [Exchange] = []
        for number in 0..<count {
            exchanges.append(
                try await chat.store.begin(
                    Question(visitor: UUID(), node: "n", text: "\(number)?")))
        }
        return exchanges
    }

    @Test(.timeLimit(.minutes(2))) func storesAnswersWhenTheDatabaseIsBack() async throws {
        let server = try TestDatabase.startServer()
        defer { _ = try? server.stop() }
        let chat = ChatDatabase(TestDatabase(on: server))
        let exchanges = try await begin(chat, count: 20)
        let outbox = AnswerOutbox(store: chat.store) { [losses] in losses.add($0) }
        let retrying = Task { await outbox.run() }
        defer { retrying.cancel() }
        #expect(await outbox.store(exchanges[0], Answer(text: "0!", source: .model)) == .stored)

        try await Self.crash(server)
        for (number, exchange) in exchanges.enumerated().dropFirst() {
            let answer = Answer(text: "\(number)!", source: .model)
            // The visitor does not wait for the database, which is down.
            #expect(await outbox.store(exchange, answer) == .waiting)
        }
        #expect(outbox.count == 19)
        try server.start()
        try await waitUntil("all are stored") { outbox.count == 0 }
        #expect(losses.reasons == [])
        #expect(try chat.count("messages WHERE role = 'assistant'") == 20)
        for (number, exchange) in exchanges.enumerated() {
            let messages = try await chat.store.messages(
                of: exchange.conversation, visitor: exchange.visitor, node: "n")
            #expect(messages.elements.map(\.text) == ["\(number)?", "\(number)!"])
        }
    }

    @Test(.timeLimit(.minutes(2))) func reportsWhatIsLost() async throws {
        let server = try TestDatabase.startServer()
        defer { _ = try? server.stop() }
        let chat = ChatDatabase(TestDatabase(on: server))
        let exchanges = try await begin(chat, count: 4)
        var limits = AnswerOutbox.Limits()
        (limits.answers, limits.bytes) = (2, 100)
        let outbox = AnswerOutbox(store: chat.store, limits: limits) { [losses] in losses.add($0) }
        let retrying = Task { await outbox.run() }

        try await chat.store.delete(
            exchanges[0].conversation, of: exchanges[0].visitor, node: "n")
        #expect(await outbox.store(exchanges[0], Answer(text: "0", source: .model)) == .lost)
        #expect(losses.reasons == [.refused(.notFound(.conversation))])

        try await Self.crash(server)
        #expect(await outbox.store(exchanges[1], Answer(text: "1", source: .model)) == .waiting)
        let long = Answer(text: String(repeating: "x", count: 100), source: .model)
        #expect(await outbox.store(exchanges[2], long) == .lost)
        #expect(await outbox.store(exchanges[2], Answer(text: "2", source: .model)) == .waiting)
        #expect(await outbox.store(exchanges[3], Answer(text: "3", source: .model)) == .lost)
        #expect(losses.reasons.suffix(2) == [.full, .full])
        retrying.cancel()
        await retrying.value
        #expect(losses.reasons.suffix(2) == [.ended, .ended])
        #expect(losses.texts.suffix(2) == ["1", "2"])
        #expect(await outbox.store(exchanges[3], Answer(text: "3", source: .model)) == .lost)
        #expect(losses.reasons.last == .ended)
    }

    /// A visitor who goes away at the last word has been answered all the same.
    @Test func storesTheAnswerOfATaskThatIsCancelled() async throws {
        let chat = try await ChatDatabase()
        let exchange = try await begin(chat, count: 1)[0]
        let outbox = AnswerOutbox(store: chat.store) { [losses] in losses.add($0) }
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await outbox.store(exchange, Answer(text: "a", source: .model))
        }
        #expect(await task.value == .stored)
        #expect(try chat.count("messages") == 2)
    }

    /// One answer makes every transaction that it is in fail, as if the server lacked something.
    @Test(.timeLimit(.minutes(1))) func oneFailingAnswerHoldsUpNoOther() async throws {
        let chat = try await ChatDatabase()
        try chat.database.run(
            """
            CREATE FUNCTION refuse_poison() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NEW.content LIKE '%poison%' THEN
                    RAISE EXCEPTION 'no memory for this one' USING ERRCODE = '53200';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER refuse_poison BEFORE INSERT ON messages
                FOR EACH ROW EXECUTE FUNCTION refuse_poison();
            """)
        let exchanges = try await begin(chat, count: 12)
        var limits = AnswerOutbox.Limits()
        limits.attempts = 3
        let outbox = AnswerOutbox(store: chat.store, limits: limits) { [losses] in losses.add($0) }
        let retrying = Task { await outbox.run() }
        defer { retrying.cancel() }
        // The first to wait is the one that fails.
        #expect(
            await outbox.store(exchanges[0], Answer(text: "poison", source: .model)) == .waiting)
        await withTaskGroup(of: Void.self) { group in
            for (number, exchange) in exchanges.enumerated().dropFirst() {
                let text = number == 6 ? "also poison" : "\(number)!"
                group.addTask { await outbox.store(exchange, Answer(text: text, source: .model)) }
            }
        }
        try await waitUntil("none waits") { outbox.count == 0 }
        #expect(try chat.count("messages WHERE role = 'assistant'") == 10)
        #expect(losses.texts.sorted() == ["also poison", "poison"])
        for case .refused(.database(let error)) in losses.reasons {
            #expect(error.sqlState == "53200")
        }
        #expect(losses.reasons.count == 2)
    }
}
