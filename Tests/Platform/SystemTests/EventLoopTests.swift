import Glibc
import Synchronization
import System
import Testing

@Suite(.timeLimit(.minutes(1))) struct EventLoopTests {
    /// Two ends of a connection, closed with it.
    final class Pair: Sendable {
        let ends: [Int32]

        init() throws {
            var ends: [Int32] = [-1, -1]
            try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
            self.ends = ends
        }

        func send() { _ = write(ends[1], "x", 1) }

        deinit { for end in ends { close(end) } }
    }

    /// What an actor on a loop has seen.
    actor Watcher {
        nonisolated let loop: EventLoop
        nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
        private var registrations: [Int: EventLoop.Registration] = [:]
        private var seen: [(Int, EventLoop.Event)] = []
        private var readers: [CheckedContinuation<(Int, EventLoop.Event), Never>] = []
        private(set) var fired: [Int] = []

        init(batch: Int = 8) throws { loop = try EventLoop(name: "test-loop", batch: batch) }

        /// Watches a descriptor until its first event.
        func watch(_ number: Int, _ descriptor: Int32, _ interest: EventLoop.Interest) -> Bool {
            registrations[number] = loop.watch(descriptor, interest) { [self] event in
                unwatch(number)
                if readers.isEmpty {
                    seen.append((number, event))
                } else {
                    readers.removeFirst().resume(returning: (number, event))
                }
            }
            return registrations[number] != nil
        }

        func change(_ number: Int, _ interest: EventLoop.Interest) {
            if let registration = registrations[number] { loop.change(registration, interest) }
        }

        func unwatch(_ number: Int) {
            if let registration = registrations.removeValue(forKey: number) {
                loop.unwatch(registration)
            }
        }

        func next() async -> (Int, EventLoop.Event) {
            if !seen.isEmpty { return seen.removeFirst() }
            return await withCheckedContinuation { readers.append($0) }
        }

        /// Waits for the timers of these times, and at least one wait for descriptors.
        func sleep(_ milliseconds: Int...) async {
            await withCheckedContinuation { continuation in
                for time in milliseconds {
                    loop.schedule(after: time) { [self] in fired.append(time) }
                }
                loop.schedule(after: milliseconds.max() ?? 0) { continuation.resume() }
            }
        }

        /// Two timers of one time, of which the first cancels the second.
        func cancelInTime() async {
            await withCheckedContinuation { continuation in
                let second = Mutex<EventLoop.Timer?>(nil)
                loop.schedule(after: 1) { [self] in
                    if let timer = second.withLock({ $0 }) { loop.cancel(timer) }
                    fired.append(1)
                }
                let timer = loop.schedule(after: 1) { [self] in fired.append(2) }
                second.withLock { $0 = timer }
                loop.schedule(after: 2) { continuation.resume() }
            }
        }

        var hasEvent: Bool { !seen.isEmpty }
        var thread: pthread_t { pthread_self() }
    }

    @Test func reportsEvents() async throws {
        let watcher = try Watcher()
        let pair = try Pair()
        #expect(await watcher.watch(7, pair.ends[0], .input))
        await watcher.sleep(0)
        #expect(await !watcher.hasEvent)
        pair.send()
        var (number, event) = await watcher.next()
        #expect(number == 7)
        #expect(event.isInput && !event.isRoom && !event.isFarewell && !event.isEnd)
        #expect(await watcher.watch(8, pair.ends[0], .farewell))
        await watcher.sleep(0)
        #expect(await !watcher.hasEvent)
        await watcher.change(8, .room)
        (number, event) = await watcher.next()
        #expect(number == 8)
        #expect(event.isRoom && !event.isInput)
        #expect(await watcher.watch(9, pair.ends[0], .farewell))
        shutdown(pair.ends[1], Int32(SHUT_WR))
        (number, event) = await watcher.next()
        #expect(number == 9)
        #expect(event.isFarewell && !event.isEnd)
        #expect(await watcher.watch(10, pair.ends[0], []))
        shutdown(pair.ends[0], Int32(SHUT_RDWR))
        #expect(await watcher.next().1.isEnd)
        #expect(await !watcher.watch(11, -1, .input))
    }

    @Test func reportsTheRestOfABatchInTheNextTurns() async throws {
        let watcher = try Watcher(batch: 2)
        let pairs = try (0..<5).map { _ in try Pair() }
        for (number, pair) in pairs.enumerated() {
            pair.send()
            #expect(await watcher.watch(number, pair.ends[0], .input))
        }
        var seen: Set<Int> = []
        for _ in 0..<5 { seen.insert(await watcher.next().0) }
        #expect(seen == [0, 1, 2, 3, 4])
    }

    @Test func firesTimersInOrderAndNotWhenCancelled() async throws {
        let watcher = try Watcher()
        let start = monotonicMilliseconds()
        await watcher.sleep(20, 5, 10)
        #expect(monotonicMilliseconds() - start >= 20)
        #expect(await watcher.fired == [5, 10, 20])
        await watcher.cancelInTime()
        #expect(await watcher.fired == [5, 10, 20, 1])
    }

    /// All on one thread, in order, whatever thread they come from.
    @Test func runsJobsOnItsThread() async throws {
        let watcher = try Watcher()
        let thread = await watcher.thread
        #expect(thread != pthread_self())
        #expect(watcher.loop.isIsolatingCurrentContext() == false)
        let numbers = Mutex<[Int]>([])
        for number in 0..<1000 {
            watcher.loop.run(for: watcher) { watcher in
                #expect(watcher.loop.isIsolatingCurrentContext() == true)
                numbers.withLock { $0.append(number) }
            }
        }
        #expect(await watcher.thread == thread)
        #expect(numbers.withLock { $0 } == Array(0..<1000))
    }

    /// A busy loop wakes for what was sent to it meanwhile.
    @Test func missesNoJobWhileItIsBusy() async throws {
        let watcher = try Watcher()
        for _ in 0..<200 {
            async let first = watcher.thread
            async let second = watcher.thread
            #expect(await first == second)
        }
    }

    /// Jobs that give themselves new jobs leave room for descriptors and timers.
    @Test func doesNotStarveDescriptors() async throws {
        let watcher = try Watcher()
        let pair = try Pair()
        let isDone = Flag()
        Self.goOn(watcher, until: isDone)
        #expect(await watcher.watch(1, pair.ends[0], .input))
        pair.send()
        #expect(await watcher.next().0 == 1)
        await watcher.sleep(1)
        isDone.value.store(true, ordering: .relaxed)
    }

    private final class Flag: Sendable {
        let value = Atomic(false)
    }

    private static func goOn(_ watcher: Watcher, until isDone: Flag) {
        watcher.loop.run(for: watcher) { _ in
            if !isDone.value.load(ordering: .relaxed) { goOn(watcher, until: isDone) }
        }
    }

    /// The thread and what its callbacks hold end with the loop's users.
    @Test func endsWithItsLastReference() async throws {
        let pair = try Pair()
        weak var gone: Watcher?
        do {
            let watcher = try Watcher()
            gone = watcher
            #expect(await watcher.watch(1, pair.ends[0], .input))
            await watcher.unwatch(1)
        }
        // The last job may still hold it for a moment.
        while gone != nil { await Task.yield() }
    }
}
