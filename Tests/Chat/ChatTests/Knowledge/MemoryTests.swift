import Foundation
import PostgreSQL
import TestSupport
import Testing

@testable import Chat

@Suite(.timeLimit(.minutes(1))) struct MemoryTests {
    let database: TestDatabase
    let rows: VisitorRows
    let knowledge: KnowledgeBase

    init() async throws {
        database = try await TestDatabase()
        rows = VisitorRows(database: database)
        knowledge = KnowledgeBase(
            pool: ConnectionPool(to: database.target, role: "robbieblocks_chat"),
            output: "/nowhere")
    }

    private func contents(
        of visitor: UUID, _ question: String, embedding: Embedding? = nil
    ) async throws -> [String] {
        try await knowledge.recall(
            visitor: visitor, node: "acme", question: question, embedding: embedding
        ).map(\.content)
    }

    /// Gives vectors to everything that a visitor has written.
    private func embed(_ visitor: UUID) async throws {
        let (events, event) = AsyncStream.makeStream(of: KnowledgeEvent.self)
        let memory = MessageMemory(knowledge, embedder: WordVectors.embedder) { event.yield($0) }
        let task = Task { await memory.run() }
        memory.note(visitor: visitor, node: "acme")
        for await event in events {
            guard case .embedded = event else {
                Issue.record("\(event)")
                break
            }
            break
        }
        task.cancel()
        await task.value
    }

    @Test func wordsFindAVisitorsOwnMessages() async throws {
        let ann = try rows.visitor()
        let bob = try rows.visitor()
        try rows.write(["My lantern is broken.", "Do you repair umbrellas?"], by: ann)
        try rows.write(["My lantern works, thank you."], by: bob)
        try rows.write(["The lantern costs nine crowns."], by: ann, role: "assistant")
        #expect(try await contents(of: ann, "what about my lanterns?") == ["My lantern is broken."])
        #expect(try await contents(of: bob, "lantern") == ["My lantern works, thank you."])
        #expect(try await contents(of: ann, "zebra").isEmpty)
        #expect(try await contents(of: UUID(), "lantern").isEmpty)
        // Another node's conversations are another's.
        #expect(
            try await knowledge.recall(visitor: ann, node: "other", question: "lantern").isEmpty)
    }

    @Test func meaningFindsWhatWordsDoNot() async throws {
        let ann = try rows.visitor()
        let bob = try rows.visitor()
        try rows.write(["Is the automobile parked?", "I like soup."], by: ann)
        try rows.write(["My vehicle is red."], by: bob)
        try await embed(ann)
        try await embed(bob)
        let question = try await WordVectors.embedder.question("car")
        #expect(try await contents(of: ann, "car").isEmpty)
        #expect(
            try await contents(of: ann, "car", embedding: question).first
                == "Is the automobile parked?")
        #expect(try await contents(of: bob, "car", embedding: question) == ["My vehicle is red."])
        #expect(try await contents(of: UUID(), "car", embedding: question).isEmpty)
        // Vectors of another model say nothing about this question.
        let other = Embedding(model: "other/64", vector: question.vector)
        #expect(try await contents(of: ann, "car", embedding: other).isEmpty)
    }

    /// Statements that forget their WHERE, by the role that the chat acts as.
    @Test func vectorsBelongToTheirVisitor() async throws {
        let ann = try rows.visitor()
        let bob = try rows.visitor()
        let message = try rows.write(["One."], by: ann)[0]
        try await embed(ann)
        let pool = ConnectionPool(to: database.target, role: "robbieblocks_chat")
        func count(as visitor: UUID) async throws -> Int {
            try await pool.run([
                "SELECT set_config('robbieblocks.visitor', \(visitor.uuidString), true)",
                "SELECT count(*) FROM message_embeddings",
            ])[1][0].value(0)
        }
        #expect(try await count(as: ann) == 1)
        #expect(try await count(as: bob) == 0)
        let error = try await #require(throws: PostgresError.self) {
            try await pool.run([
                "SELECT set_config('robbieblocks.visitor', \(bob.uuidString), true)",
                """
                INSERT INTO message_embeddings
                    (message_id, visitor, node_id, role, model, dimensions, embedding)
                VALUES (\(message)::uuid, \(ann)::uuid, 'acme', 'user', 'x', 1, '[1]')
                """,
            ])
        }
        #expect(error.sqlState == "42501")
        // With its owner's rights it still finds a visitor's own only, and tells ids alone.
        let found = try await pool.run([
            "SELECT set_config('robbieblocks.visitor', \(bob.uuidString), true)",
            "SELECT * FROM robbieblocks_search_messages('acme', 'One')",
        ])[1]
        #expect(found.count == 0)
        await pool.close()
    }

    @Test func aDeletedMessageIsForgotten() async throws {
        let ann = try rows.visitor()
        let message = try rows.write(["Remember the automobile."], by: ann)[0]
        try await embed(ann)
        try database.connect().run("DELETE FROM messages WHERE id = \(message)::uuid")
        let question = try await WordVectors.embedder.question("car")
        #expect(try await contents(of: ann, "automobile", embedding: question).isEmpty)
        let rows = try database.connect().run("SELECT 1 FROM message_embeddings")
        #expect(rows.count == 0)
    }

    @Test func messagesOfATimeWithoutAModelGetTheirVectorsLater() async throws {
        let ann = try rows.visitor()
        try rows.write((0..<70).map { "Message \($0) about an airship." }, by: ann)
        let (events, event) = AsyncStream.makeStream(of: KnowledgeEvent.self)
        let memory = MessageMemory(knowledge, embedder: WordVectors.embedder) { event.yield($0) }
        let task = Task { await memory.run() }
        memory.note(visitor: ann, node: "acme")
        for await event in events {
            #expect(event == .embedded(70))
            break
        }
        task.cancel()
        await task.value
    }

    /// Whatever a question has in it, it is words to search for.
    @Test(arguments: [
        "", " ", "'", "\\", "a:*", "!!!", "& | !", "<->", "'); DROP TABLE messages; --", "\u{0}",
        "visitor", "$1", "%", String(repeating: "word ", count: 2000), "\"phrase", "-", "it's \\'s",
    ])
    func aQuestionIsNoQueryLanguage(question: String) async throws {
        let ann = try rows.visitor()
        try rows.write(["Nothing to see."], by: ann)
        #expect(try await contents(of: ann, question).count <= 1)
        #expect(try await knowledge.search(node: "acme", question: question).isEmpty)
    }

    /// A word that looks like an owner's mark finds no messages of other visitors.
    @Test func theMarkOfAVisitorIsNoWord() async throws {
        let ann = try rows.visitor()
        let bob = try rows.visitor()
        try rows.write(["Secret."], by: ann)
        let mark = "visitor \(ann.uuidString.lowercased())"
        for question in [mark, "'\(mark)'", "\"\(mark)\""] {
            #expect(try await contents(of: bob, question).isEmpty)
        }
    }
}
