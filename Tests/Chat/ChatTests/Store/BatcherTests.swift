import FoundationEssentials
import PostgreSQL
import Synchronization
import TestSupport
import Testing

@testable import Chat

/// Which items share a batch, and which do not.
@Suite(.timeLimit(.minutes(1))) struct BatcherTests {
    private struct Item: BatchItem {
        var owner = UUID()
        var bytes = 10
        var number = 0
    }

    /// Performs batches, and holds the first one until it is released.
    private final class Desk: Sendable {
        let batcher = Batcher<Item, Int>()
        private let seen = Mutex<[[Int]]>([])
        private let (gate, opener) = AsyncStream.makeStream(of: Void.self)

        var batches: [[Int]] { seen.withLock { $0 } }
        func open() { opener.finish() }

        /// Twice the number; an item whose number is negative is at fault.
        func ask(_ item: Item) async throws(ChatStoreError) -> Int {
            try await batcher.run(item) { [self] items, _ throws(ChatStoreError) in
                let isFirst = seen.withLock { seen in
                    seen.append(items.map(\.number))
                    return seen.count == 1
                }
                if isFirst { for await _ in gate {} }
                if items.contains(where: { $0.number < 0 }) { throw .keyWasUsed }
                return items.map { $0.number * 2 }
            }
        }

        /// Asks for an item whose batch is held.
        func hold() async throws -> Task<Int, any Error> {
            let task = Task { try await ask(Item()) }
            try await waitUntil("the batch has begun") { !batches.isEmpty }
            return task
        }

        func wait(until count: Int) async throws {
            try await waitUntil("\(count) wait") { batcher.waitingCount >= count }
        }
    }

    @Test func whoComesMeanwhileIsServedTogether() async throws {
        let desk = Desk()
        let first = try await desk.hold()
        let others = (1...9).map { number in Task { try await desk.ask(Item(number: number)) } }
        try await desk.wait(until: 9)
        desk.open()
        #expect(try await first.value == 0)
        for (index, other) in others.enumerated() {
            #expect(try await other.value == (index + 1) * 2)
        }
        #expect(desk.batches.map(\.count) == [1, 9])
        #expect(Set(desk.batches[1]) == Set(1...9))
    }

    /// Two batches that need the rows of the same owners never wait in a circle.
    @Test func aBatchHasOneItemOfAnOwnerInTheOrderOfOwners() async throws {
        let desk = Desk()
        let first = try await desk.hold()
        let owners = (0..<4).map { _ in UUID() }
        let items = owners.enumerated().map { Item(owner: $1, number: $0) }
        let again = Item(owner: owners[0], number: 4)
        let tasks = (items + [again]).map { item in Task { try await desk.ask(item) } }
        try await desk.wait(until: 5)
        desk.open()
        _ = try await first.value
        for task in tasks { _ = try await task.value }
        #expect(desk.batches.map(\.count) == [1, 4, 1])
        let of = Dictionary(uniqueKeysWithValues: (items + [again]).map { ($0.number, $0.owner) })
        let order = desk.batches[1].compactMap { of[$0] }
        #expect(order == owners.sorted())
        #expect(desk.batches[2].allSatisfy { of[$0] == owners[0] })
    }

    @Test func oneThatIsAtFaultHarmsNobodyElse() async throws {
        let desk = Desk()
        let first = try await desk.hold()
        let good = (1...3).map { number in Task { try await desk.ask(Item(number: number)) } }
        let bad = Task { try await desk.ask(Item(number: -1)) }
        try await desk.wait(until: 4)
        desk.open()
        _ = try await first.value
        for (index, task) in good.enumerated() { #expect(try await task.value == (index + 1) * 2) }
        await #expect(throws: ChatStoreError.keyWasUsed) { try await bad.value }
    }

    @Test func aBatchHasALimitOfItemsAndOfBytes() async throws {
        let desk = Desk()
        let first = try await desk.hold()
        let small = (0..<40).map { _ in Task { try await desk.ask(Item()) } }
        try await desk.wait(until: 40)
        let large = (0..<3).map { _ in Task { try await desk.ask(Item(bytes: 200 << 10)) } }
        try await desk.wait(until: 43)
        desk.open()
        for task in [first] + small + large { _ = try await task.value }
        // With the last eight small ones there is room for one of the large ones.
        #expect(desk.batches.map(\.count) == [1, 32, 9, 1, 1])
    }

    @Test func whoIsCancelledWaitsNoLonger() async throws {
        let desk = Desk()
        let first = try await desk.hold()
        let other = Task { try await desk.ask(Item(number: 1)) }
        try await desk.wait(until: 1)
        other.cancel()
        let error = await #expect(throws: ChatStoreError.self) { try await other.value }
        #expect(error?.isTemporary == true)
        #expect(desk.batcher.waitingCount == 0)
        desk.open()
        #expect(try await first.value == 0)
        #expect(desk.batches.count == 1)
    }

    /// In the database, too: each question is its visitor's, and one that is refused alone.
    @Test func questionsOfManyVisitorsAreStoredForEachOfThem() async throws {
        let chat = try await ChatDatabase()
        let visitors = (0..<60).map { _ in UUID() }
        let taken = try await chat.store.begin(
            Question(visitor: visitors[0], node: "n", text: "Mine?"))
        let outcomes = await withTaskGroup(of: (UUID, Result<Exchange, any Error>).self) { group in
            for (number, visitor) in visitors.enumerated() {
                group.addTask {
                    // Every tenth asks in another visitor's conversation.
                    let question = Question(
                        visitor: visitor, node: "n",
                        conversation: number % 10 == 5 ? taken.conversation : nil,
                        text: "\(visitor)", idempotencyKey: number % 2 == 0 ? "key" : nil)
                    do {
                        let exchange = try await chat.store.begin(question)
                        try await chat.store.finish(
                            exchange, Answer(text: "to \(visitor)", source: .model))
                        return (visitor, .success(exchange))
                    } catch {
                        return (visitor, .failure(error))
                    }
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        for (number, visitor) in visitors.enumerated() {
            guard number % 10 != 5 else {
                #expect(throws: ChatStoreError.notFound(.conversation)) {
                    try outcomes[visitor]?.get()
                }
                continue
            }
            let exchange = try #require(try outcomes[visitor]?.get())
            #expect(exchange.visitor == visitor && exchange.text == "\(visitor)")
            let page = try await chat.store.messages(
                of: exchange.conversation, visitor: visitor, node: "n")
            #expect(page.elements.map(\.text) == ["\(visitor)", "to \(visitor)"])
        }
    }

    /// Such as an admin's open transaction.
    @Test func aRowThatSomebodyHoldsKeepsNobodyElseWaiting() async throws {
        let chat = try await ChatDatabase()
        let (ann, bob) = (UUID(), UUID())
        let held = try await chat.exchange(ann, "One?")
        let admin = try chat.database.connect()
        try admin.run(script: "BEGIN; UPDATE conversations SET title = 'Held';")
        let waiting = Task {
            try await chat.store.begin(
                Question(visitor: ann, node: "n", conversation: held.conversation, text: "Two?"))
        }
        try await chat.database.waitForLock()
        for number in 1...3 { try await chat.exchange(bob, "\(number)?") }
        try admin.run(script: "COMMIT;")
        #expect(try await waiting.value.answerPosition == 4)
    }
}
