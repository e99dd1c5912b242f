import Dispatch
import Foundation
import System
import Testing

@Suite struct BlockingExecutorTests {
    private static func threadName() -> String {
        let name = try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)
        return name?.trimmingCharacters(in: .newlines) ?? ""
    }

    private struct Failure: Error {}

    @Test func runsOnAThreadOfItsOwn() async throws {
        let executor = BlockingExecutor(name: "rb-own", width: 2)
        #expect(try await executor.run { Self.threadName() } == "rb-own")
        await #expect(throws: Failure.self) { try await executor.run { throw Failure() } }
    }

    /// Each waits for the other, so that both must run at once.
    @Test func oneThatBlocksLeavesTheOthers() async throws {
        let executor = BlockingExecutor(name: "rb-own", width: 2)
        let (first, second) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        async let one: Void = executor.run {
            first.signal()
            second.wait()
        }
        async let two: Void = executor.run {
            first.wait()
            second.signal()
        }
        try await one
        try await two
    }

    @Test func hasAsManyThreadsAsItMayHave() async throws {
        let executor = BlockingExecutor(name: "rb-own", width: 3)
        let threads = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<1000 {
                group.addTask {
                    try await executor.run {
                        try FileManager.default.destinationOfSymbolicLink(
                            atPath: "/proc/thread-self")
                    }
                }
            }
            var threads: Set<String> = []
            for try await thread in group { threads.insert(thread) }
            return threads
        }
        #expect((1...3).contains(threads.count))
    }

    /// An actor whose jobs run on a queue of the executor.
    private actor Keeper {
        private let queue: BlockingQueue
        private(set) var numbers: [Int] = []

        init(on executor: BlockingExecutor) { queue = BlockingQueue(on: executor) }

        nonisolated var unownedExecutor: UnownedSerialExecutor {
            queue.asUnownedSerialExecutor()
        }

        func add(_ number: Int) -> String {
            numbers.append(number)
            return BlockingExecutorTests.threadName()
        }
    }

    @Test func anActorsJobsRunInTurnOnItsThreads() async throws {
        let executor = BlockingExecutor(name: "rb-own", width: 4)
        let keepers = (0..<20).map { _ in Keeper(on: executor) }
        for number in 0..<50 {
            for keeper in keepers { #expect(await keeper.add(number) == "rb-own") }
        }
        for keeper in keepers { #expect(await keeper.numbers == Array(0..<50)) }
        // Without an order among the callers, none is lost and none runs beside another.
        let crowded = keepers[0]
        await withTaskGroup(of: Void.self) { group in
            for number in 50..<1000 { group.addTask { _ = await crowded.add(number) } }
        }
        #expect(await crowded.numbers.sorted() == Array(0..<1000))
    }

    /// What a task that prefers the executor calls and starts runs there, too.
    @Test func tasksBelowRunThereToo() async throws {
        let executor = BlockingExecutor(name: "rb-own", width: 2)
        let names = await withTaskExecutorPreference(executor) {
            async let child = Self.name()
            let group = await withTaskGroup(of: String.self) { group in
                for _ in 0..<4 { group.addTask { await Self.name() } }
                var names: [String] = []
                for await name in group { names.append(name) }
                return names
            }
            return [await child, await Self.name()] + group
        }
        #expect(names == Array(repeating: "rb-own", count: 6))
    }

    @concurrent
    private static func name() async -> String { threadName() }
}
