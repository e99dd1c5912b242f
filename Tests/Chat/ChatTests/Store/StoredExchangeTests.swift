import Foundation
import LanguageModels
import PostgreSQL
import TestSupport
import Testing

@testable import Chat

/// A question and its answer, stored in two calls.
@Suite struct StoredExchangeTests {
    private let chat: ChatDatabase
    private var store: ChatStore { chat.store }
    private let visitor = UUID()

    init() async throws { chat = try await ChatDatabase() }

    private func question(
        _ text: String, in conversation: UUID? = nil, key: String? = nil,
        replacing replacement: Question.Replacement? = nil
    ) -> Question {
        Question(
            visitor: visitor, node: "n", conversation: conversation, text: text,
            idempotencyKey: key, replaces: replacement)
    }

    @Test func storesAQuestionAndItsAnswer() async throws {
        let first = try await store.begin(question("One?"))
        #expect(first.text == "One?")
        #expect(!first.isRepeat && first.storedAnswer == nil && first.turns == [])
        let citation = Citation(title: "Ä \"page\"", route: "/a/", anchor: "b", heading: nil)
        let answer = Answer(
            text: "It is 1\0.", status: .cutOff, source: .model, model: "m", citations: [citation],
            inputTokens: 3, outputTokens: 4)
        #expect(try await store.finish(first, answer))
        let second = try await store.begin(question("Two?", in: first.conversation))
        #expect(second.conversation == first.conversation)
        #expect(second.turns.map(\.text) == ["One?", "It is 1\u{FFFD}."])
        #expect(second.turns.map(\.role) == [.user, .assistant])

        let messages = try await store.messages(
            of: first.conversation, visitor: visitor, node: "n"
        ).elements
        #expect(messages.map(\.id) == [first.question, first.answer, second.question])
        #expect(messages.map(\.parent) == [nil, first.question, first.answer])
        #expect(messages[1].citations == [citation])
        #expect(messages[1].status == .cutOff && messages[1].source == .model)
        #expect(messages[1].model == "m" && messages[0].source == nil)
        #expect(messages.map(\.versions) == messages.map { [$0.id] })
        #expect(abs(Double(messages[0].createdAt) / 1000 - Date().timeIntervalSince1970) < 60)
        let listed = try await store.conversations(of: visitor, node: "n").elements
        #expect(listed.map(\.title) == ["One?"])
    }

    @Test func storesAnAnswerOnce() async throws {
        let exchange = try await store.begin(question("One?"))
        #expect(try await store.finish(exchange, Answer(text: "a", source: .retrieval)))
        #expect(try await !store.finish(exchange, Answer(text: "b", source: .retrieval)))
        #expect(try await chat.path(exchange.conversation, of: visitor) == ["One?", "a"])
    }

    @Test func findsWhatARepeatedRequestHasStored() async throws {
        let first = try await store.begin(question("One?", key: "k"))
        let again = try await store.begin(question("One?", key: "k"))
        #expect(again.isRepeat && again.storedAnswer == nil)
        #expect(again.conversation == first.conversation && again.question == first.question)
        #expect(again.answer == first.answer)
        // The first answer is kept.
        #expect(try await store.finish(again, Answer(text: "a", source: .retrieval)))
        #expect(try await !store.finish(first, Answer(text: "b", source: .retrieval)))
        let last = try await store.begin(question("One?", key: "k"))
        #expect(last.storedAnswer?.text == "a" && last.storedAnswer?.id == first.answer)
        #expect(try chat.count("messages") == 2)

        await #expect(throws: ChatStoreError.keyWasUsed) {
            try await store.begin(question("Two?", key: "k"))
        }
        // The same key of another visitor is a different key.
        let other = try await store.begin(
            Question(visitor: UUID(), node: "n", text: "One?", idempotencyKey: "k"))
        #expect(!other.isRepeat && other.question != first.question)
    }

    @Test func storesOneQuestionHoweverOftenItIsSentAtOnce() async throws {
        let exchanges = try await withThrowingTaskGroup(of: Exchange.self) { group in
            for _ in 0..<40 {
                group.addTask { try await store.begin(question("One?", key: "k")) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(exchanges.map(\.question)).count == 1)
        #expect(exchanges.filter { !$0.isRepeat }.count == 1)
        #expect(try chat.count("messages") == 1)
        #expect(try chat.count("conversations") == 1)
    }

    @Test func keepsWhatWasEdited() async throws {
        let first = try await chat.exchange(visitor, "One?")
        let conversation = first.conversation
        let second = try await chat.exchange(visitor, "Two?", in: conversation)
        try await chat.exchange(visitor, "Three?", in: conversation)
        let edited = try await chat.exchange(
            visitor, "Zwei?", in: conversation, replacing: .edit(second.question))
        #expect(edited.turns.map(\.text) == ["One?", "Answer to One?"])
        #expect(
            try await chat.path(conversation, of: visitor)
                == ["One?", "Answer to One?", "Zwei?", "Answer to Zwei?"])
        let versions = try await store.versions(of: edited.question, visitor: visitor, node: "n")
        #expect(versions.map(\.text) == ["Two?", "Zwei?"])
        #expect(versions.map(\.isCurrent) == [false, true])
        #expect(versions.map(\.versions).allSatisfy { $0 == [second.question, edited.question] })
        #expect(versions.map(\.parent) == [first.answer, first.answer])
        // An edit of an edit is a third version of the same.
        let third = try await chat.exchange(
            visitor, "Deux?", in: conversation, replacing: .edit(edited.question))
        let all = try await store.versions(of: second.question, visitor: visitor, node: "n")
        #expect(all.map(\.id) == [second.question, edited.question, third.question])
        // The first one of all can be edited as well.
        try await chat.exchange(
            visitor, "Eins?", in: conversation, replacing: .edit(first.question))
        #expect(
            try await chat.path(conversation, of: visitor) == ["Eins?", "Answer to Eins?"])
    }

    @Test func keepsTheAnswersBeforeANewOne() async throws {
        let first = try await chat.exchange(visitor, "One?")
        let conversation = first.conversation
        let second = try await chat.exchange(visitor, "Two?", in: conversation)
        let again = try await store.begin(
            question("", in: conversation, replacing: .regenerate(second.answer)))
        #expect(again.text == "Two?" && again.question == second.question)
        #expect(again.turns.map(\.text) == ["One?", "Answer to One?"])
        // Until there is a new answer, the old one is the answer.
        #expect(try await chat.path(conversation, of: visitor).last == "Answer to Two?")
        #expect(try await store.finish(again, Answer(text: "Better", source: .model)))
        #expect(
            try await chat.path(conversation, of: visitor)
                == ["One?", "Answer to One?", "Two?", "Better"])
        let versions = try await store.versions(of: again.answer, visitor: visitor, node: "n")
        #expect(versions.map(\.id) == [second.answer, again.answer])
        #expect(Set(versions.map(\.parent)) == [second.question])
        let old = try await store.message(second.answer, visitor: visitor, node: "n")
        #expect(old.text == "Answer to Two?" && !old.isCurrent)
        // A new answer to the first question removes later messages from the path.
        try await chat.exchange(
            visitor, "", in: conversation, replacing: .regenerate(first.answer))
        #expect(try await chat.path(conversation, of: visitor) == ["One?", "Answer to One?"])
    }

    @Test func answersAQuestionThatWasLeftWithoutAnAnswer() async throws {
        let lost = try await store.begin(question("One?"))
        let again = try await store.begin(
            question("", in: lost.conversation, key: "k", replacing: .regenerate(lost.question)))
        #expect(again.question == lost.question && again.text == "One?")
        #expect(try await store.finish(again, Answer(text: "a", source: .model)))
        #expect(try await chat.path(lost.conversation, of: visitor) == ["One?", "a"])
        let repeated = try await store.begin(
            question("", in: lost.conversation, key: "k", replacing: .regenerate(lost.question)))
        #expect(repeated.isRepeat && repeated.storedAnswer?.text == "a")
    }

    @Test func givesTheLastTurnsAndTheSummary() async throws {
        var limits = ChatStore.Limits()
        limits.turns = 4
        let chat = ChatDatabase(chat.database, limits: limits)
        let conversation = try await chat.exchange(visitor, "1").conversation
        for number in 2...6 { try await chat.exchange(visitor, "\(number)", in: conversation) }
        let seventh = try await chat.exchange(visitor, "7", in: conversation)
        #expect(seventh.turns.map(\.text) == ["5", "Answer to 5", "6", "Answer to 6"])
        #expect(seventh.summary == nil)
        let page = try await chat.store.messages(of: conversation, visitor: visitor, node: "n")
        let position = page.elements[11].position
        #expect(
            try await chat.store.summarise(
                conversation, of: visitor, upTo: position, "They counted to six."))
        // One that comes late changes nothing.
        #expect(
            try await !chat.store.summarise(conversation, of: visitor, upTo: position, "No."))
        let eighth = try await chat.exchange(visitor, "8", in: conversation)
        #expect(eighth.summary == "They counted to six.")
        #expect(eighth.turns.map(\.text) == ["7", "Answer to 7"])
        // The edited message is no longer current.
        let edited = try await chat.exchange(
            visitor, "4!", in: conversation, replacing: .edit(page.elements[6].id))
        #expect(edited.summary == nil)
        #expect(edited.turns.map(\.text) == ["2", "Answer to 2", "3", "Answer to 3"])
    }

    @Test func hasLimits() async throws {
        var limits = ChatStore.Limits()
        (limits.conversations, limits.messages, limits.answerBytes) = (2, 4, 10)
        let chat = ChatDatabase(chat.database, limits: limits)
        let first = try await chat.store.begin(question("1"))
        await #expect(throws: ChatStoreError.invalid("an answer has 10 bytes at most")) {
            try await chat.store.finish(first, Answer(text: "12345678901", source: .model))
        }
        _ = try await chat.store.begin(question("2", in: first.conversation))
        await #expect(throws: ChatStoreError.conversationIsFull(limit: 4)) {
            try await chat.store.begin(question("3", in: first.conversation))
        }
        _ = try await chat.store.createConversation(of: visitor, node: "n")
        for _ in 0..<2 {
            await #expect(throws: ChatStoreError.tooManyConversations(limit: 2)) {
                try await chat.store.begin(question("4"))
            }
        }
        await #expect(throws: ChatStoreError.tooManyConversations(limit: 2)) {
            try await chat.store.createConversation(of: visitor, node: "n")
        }
        _ = try await chat.store.begin(Question(visitor: UUID(), node: "n", text: "5"))
        #expect(try chat.count("messages") == 3)
    }

    @Test func twentyConversationsAtOnceDoNotPassTheLimit() async throws {
        var limits = ChatStore.Limits()
        limits.conversations = 3
        let chat = ChatDatabase(chat.database, limits: limits)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask { _ = try? await chat.store.begin(question("\(number)")) }
            }
        }
        #expect(try chat.count("conversations") == 3)
        #expect(try chat.count("messages") == 3)
    }

    @Test(arguments: [
        (Question.Replacement?.none, ChatStoreError.notFound(.conversation)),
        (.edit(UUID()), .notFound(.conversation)), (.regenerate(UUID()), .notFound(.conversation)),
    ])
    func findsNoConversationThatIsNot(
        _ replacement: Question.Replacement?, _ error: ChatStoreError
    ) async throws {
        await #expect(throws: error) {
            try await store.begin(question("?", in: UUID(), replacing: replacement))
        }
        let own = try await chat.exchange(visitor, "?")
        await #expect(throws: ChatStoreError.notFound(.conversation)) {
            try await store.begin(
                Question(
                    visitor: visitor, node: "other", conversation: own.conversation, text: "?",
                    replaces: replacement))
        }
        if let replacement {
            await #expect(throws: ChatStoreError.notFound(.message)) {
                try await store.begin(
                    question("?", in: own.conversation, replacing: replacement))
            }
        }
        #expect(try chat.count("messages") == 2)
    }

    @Test func refusesWhatTheDatabaseHasNoPlaceFor() async throws {
        await #expect(throws: ChatStoreError.self) { try await store.begin(question("a\0b")) }
        await #expect(throws: ChatStoreError.self) {
            try await store.begin(question("a", key: ""))
        }
        await #expect(throws: ChatStoreError.self) {
            try await store.begin(question("a", key: String(repeating: "k", count: 256)))
        }
    }
}
