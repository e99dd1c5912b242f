import Foundation
import PostgreSQL
import TestSupport
import Testing

@testable import Chat

@Suite struct PersonalityTests {
    private let chat: ChatDatabase
    private var store: ChatStore { chat.store }

    init() async throws { chat = try await ChatDatabase() }

    @Test func knowsTheShippedNodesAndOthers() async throws {
        try chat.database.loadStarterContent()
        let testpilot = try await store.personality(of: "testpilot")
        #expect(testpilot.mood == 4 && testpilot.moodName == "professional")
        #expect(testpilot.gandhiGenghis == 7)
        #expect(testpilot.key == "robbie" && testpilot.instructions?.isEmpty == false)
        for node in ["vengeance-local", "aurora-town-local"] {
            #expect(try await store.personality(of: node).key == "robbie")
        }
        #expect(try await store.personality(of: "new") == Personality(node: "new"))
        // Seeds never change what an admin has chosen.
        var change = PersonalityChange()
        change.gandhiGenghis = 2
        _ = try await store.change(change, of: "testpilot", by: "ada")
        try chat.database.loadStarterContent()
        #expect(try await store.personality(of: "testpilot").gandhiGenghis == 2)
    }

    @Test func changesWhatIsNamedAndLeavesTheRest() async throws {
        var change = PersonalityChange()
        (change.mood, change.mode) = (7, "coach")
        let first = try await store.change(change, of: "n", by: "ada")
        #expect(first.mood == 7 && first.mode == "coach" && first.energy == 50)
        change = PersonalityChange()
        (change.energy, change.focus) = (0, 100)
        let second = try await store.change(change, of: "n", by: "ada")
        #expect(second.mood == 7 && second.mode == "coach")
        #expect(second.energy == 0 && second.focus == 100)
        #expect(try await store.personality(of: "n") == second)
        try chat.database.run(
            "INSERT INTO ai_personalities (personality_key, name) VALUES ('kim', 'Kim')")
        change = PersonalityChange()
        change.key = "kim"
        #expect(try await store.change(change, of: "n", by: "ada").name == "Kim")
    }

    @Test func refusesWhatIsOutsideOfTheScales() async throws {
        for (path, value) in [
            (\PersonalityChange.mood, 0), (\.mood, 8), (\.gandhiGenghis, 0), (\.gandhiGenghis, 11),
            (\.energy, -1), (\.energy, 101), (\.focus, -1), (\.focus, 101),
        ] {
            var change = PersonalityChange()
            change[keyPath: path] = value
            await #expect(throws: ChatStoreError.self) {
                try await store.change(change, of: "n", by: "ada")
            }
        }
        var change = PersonalityChange()
        change.key = "nobody"
        await #expect(throws: ChatStoreError.invalid("there is no personality 'nobody'")) {
            try await store.change(change, of: "n", by: "ada")
        }
        change = PersonalityChange()
        change.mode = String(repeating: "m", count: 51)
        await #expect(throws: ChatStoreError.self) {
            try await store.change(change, of: "n", by: "ada")
        }
        #expect(try chat.count("ai_personality_state") == 0)
        // Nor does the database take it from an admin.
        #expect(throws: PostgresError.self) {
            try chat.database.run(
                "INSERT INTO ai_personality_state (node_id, mood) VALUES ('n', 8)")
        }
    }

    @Test(.timeLimit(.minutes(1))) func tellsWhichNodeChanged() async throws {
        let listener = NotificationListener(
            to: chat.database.target, channel: ChatStore.personalityChannel, payloadLimit: 100)
        defer { listener.stop() }
        var events = listener.events.makeAsyncIterator()
        #expect(await events.next(isolation: #isolation) == .connected)
        var change = PersonalityChange()
        change.mood = 1
        _ = try await store.change(change, of: "n", by: "ada")
        #expect(await events.next(isolation: #isolation) == .notified)
        #expect(listener.takePayloads() == ["n"])
        try chat.database.run(
            "INSERT INTO ai_personality_state (node_id) VALUES ('m'); DELETE FROM ai_personality_state"
        )
        #expect(await events.next(isolation: #isolation) == .notified)
        #expect(listener.takePayloads() == ["n", "m"])
        // Who speaks may be every node's.
        try chat.database.run("INSERT INTO ai_personalities (personality_key) VALUES ('kim')")
        #expect(await events.next(isolation: #isolation) == .notified)
        #expect(listener.takePayloads() == [""])
    }

    /// A reply of a language is known by the text search of that language, as questions are.
    @Test func aNodesRepliesComeBeforeThoseOfAll() async throws {
        try chat.database.run(
            """
            INSERT INTO ai_replies (node_id, occasion, language, reply) VALUES
                (NULL, 'hello', NULL, 'all'), ('acme', 'hello', 'it-CH', 'ciao'),
                ('acme', 'hello', NULL, 'acme'), ('other', 'hello', NULL, 'other')
            """)
        let replies = try await store.replies(of: "acme")
        #expect(replies.map(\.text) == ["ciao", "acme", "all"])
        #expect(replies.map(\.language) == ["italian", nil, nil])
    }
}
