import Foundation
import PostgreSQL
import TestSupport
import Testing

@testable import Chat

@Suite struct StoredConversationTests {
    private let chat: ChatDatabase
    private var store: ChatStore { chat.store }
    private let visitor = UUID()

    init() async throws { chat = try await ChatDatabase() }

    @Test func listsConversationsPageByPage() async throws {
        var made: [UUID] = []
        for number in 0..<7 {
            made.append(try await chat.exchange(visitor, "\(number)").conversation)
        }
        try await chat.exchange(visitor, "elsewhere", node: "other")
        // A conversation that is used again comes first.
        try await chat.exchange(visitor, "again", in: made[2])
        made.append(made.remove(at: 2))
        var listed: [UUID] = []
        var cursor: String?
        var pages = 0
        repeat {
            let page = try await store.conversations(
                of: visitor, node: "n", limit: 3, before: cursor)
            listed += page.elements.map(\.id)
            cursor = page.next
            pages += 1
        } while cursor != nil && pages < 9
        #expect(listed == made.reversed())
        #expect(pages == 3)
        for cursor in ["", "1", "x.y", "1.2", "9999999999999999999.\(UUID())"] {
            await #expect(throws: ChatStoreError.self) {
                try await store.conversations(of: visitor, node: "n", before: cursor)
            }
        }
    }

    @Test func listsMessagesPageByPage() async throws {
        let conversation = try await chat.exchange(visitor, "0").conversation
        for number in 1..<5 { try await chat.exchange(visitor, "\(number)", in: conversation) }
        var listed: [String] = []
        var cursor: String?
        repeat {
            let page = try await store.messages(
                of: conversation, visitor: visitor, node: "n", limit: 3, before: cursor)
            #expect(page.elements.count <= 3)
            listed = page.elements.map(\.text) + listed
            cursor = page.next
        } while cursor != nil && listed.count < 20
        #expect(listed == (0..<5).flatMap { ["\($0)", "Answer to \($0)"] })
        await #expect(throws: ChatStoreError.self) {
            try await store.messages(of: conversation, visitor: visitor, node: "n", before: "x")
        }
        await #expect(throws: ChatStoreError.notFound(.conversation)) {
            try await store.messages(of: UUID(), visitor: visitor, node: "n")
        }
        await #expect(throws: ChatStoreError.notFound(.conversation)) {
            try await store.messages(of: conversation, visitor: visitor, node: "other")
        }
    }

    @Test func limitsAPage() async throws {
        var limits = ChatStore.Limits()
        limits.page = 2
        let chat = ChatDatabase(chat.database, limits: limits)
        let conversation = try await chat.exchange(visitor, "0").conversation
        try await chat.exchange(visitor, "1", in: conversation)
        let page = try await chat.store.messages(
            of: conversation, visitor: visitor, node: "n", limit: 1_000_000)
        #expect(page.elements.count == 2)
        let least = try await chat.store.messages(
            of: conversation, visitor: visitor, node: "n", limit: -5)
        #expect(least.elements.count == 1)
    }

    @Test func makesRenamesAndDeletesConversations() async throws {
        let made = try await store.createConversation(of: visitor, node: "n", title: "First")
        #expect(made.title == "First")
        let renamed = try await store.rename(made.id, of: visitor, node: "n", to: "Second")
        #expect(renamed.title == "Second" && renamed.id == made.id)
        await #expect(throws: ChatStoreError.self) {
            try await store.rename(made.id, of: visitor, node: "n", to: "")
        }
        let exchange = try await store.begin(
            Question(visitor: visitor, node: "n", conversation: made.id, text: "?"))
        try await store.delete(made.id, of: visitor, node: "n")
        #expect(try chat.count("messages") == 0)
        await #expect(throws: ChatStoreError.notFound(.conversation)) {
            try await store.delete(made.id, of: visitor, node: "n")
        }
        await #expect(throws: ChatStoreError.notFound(.conversation)) {
            try await store.rename(made.id, of: visitor, node: "n", to: "Third")
        }
        // Its answer comes too late.
        await #expect(throws: ChatStoreError.notFound(.conversation)) {
            try await store.finish(exchange, Answer(text: "a", source: .model))
        }
    }

    @Test func exportsEverythingAsOneDocument() async throws {
        let first = try await chat.exchange(visitor, "One \"?\"")
        try await chat.exchange(
            visitor, "Uno?", in: first.conversation, replacing: .edit(first.question))
        let bytes = try await store.export(first.conversation, of: visitor, node: "n")
        let document = try #require(
            JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        #expect(document["title"] as? String == "One \"?\"")
        let messages = try #require(document["messages"] as? [[String: Any]])
        #expect(
            messages.map { $0["content"] as? String } == [
                "One \"?\"", "Answer to One \"?\"", "Uno?", "Answer to Uno?",
            ])
        await #expect(throws: ChatStoreError.notFound(.conversation)) {
            try await store.export(UUID(), of: visitor, node: "n")
        }
        let empty = try await store.createConversation(of: visitor, node: "n")
        #expect(try await !store.export(empty.id, of: visitor, node: "n").isEmpty)
    }
}
