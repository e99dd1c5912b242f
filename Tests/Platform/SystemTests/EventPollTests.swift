import Glibc
import System
import Testing

@Suite struct EventPollTests {
    /// Two ends of a connection, closed with it.
    private final class Pair {
        let ends: [Int32]

        init() throws {
            var ends: [Int32] = [-1, -1]
            try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
            self.ends = ends
        }

        func send() { _ = write(ends[1], "x", 1) }

        deinit { for end in ends { close(end) } }
    }

    private static func numbers(_ poll: EventPoll, milliseconds: Int = 0) -> [UInt64] {
        var numbers: [UInt64] = []
        poll.wait(milliseconds: milliseconds) { numbers.append($0.number) }
        return numbers
    }

    @Test func tellsWhatHappensUnderItsNumber() throws {
        let poll = try #require(EventPoll(batch: 8))
        let pair = try Pair()
        #expect(poll.add(pair.ends[0], .input, number: 7))
        #expect(Self.numbers(poll) == [])
        pair.send()
        poll.wait(milliseconds: 5000) { event in
            #expect(event.number == 7)
            #expect(event.isInput && !event.isRoom && !event.isFarewell && !event.isEnd)
        }
        poll.change(pair.ends[0], .room, number: 8)
        poll.wait(milliseconds: 5000) { event in
            #expect(event.number == 8)
            #expect(event.isRoom && !event.isInput)
        }
        poll.change(pair.ends[0], .farewell, number: 9)
        #expect(Self.numbers(poll) == [])
        shutdown(pair.ends[1], Int32(SHUT_WR))
        poll.wait(milliseconds: 5000) { event in
            #expect(event.number == 9)
            #expect(event.isFarewell && !event.isEnd)
        }
        poll.remove(pair.ends[0])
        #expect(Self.numbers(poll) == [])
        #expect(!poll.add(-1, .input, number: 1))
    }

    @Test func theEndIsToldWithoutBeingAskedFor() throws {
        let poll = try #require(EventPoll(batch: 8))
        let pair = try Pair()
        poll.add(pair.ends[0], [], number: 1)
        for end in pair.ends { shutdown(end, Int32(SHUT_RDWR)) }
        var isEnd = false
        poll.wait(milliseconds: 5000) { isEnd = $0.isEnd }
        #expect(isEnd)
    }

    @Test func whatIsTooMuchForABatchComesWithTheNext() throws {
        let poll = try #require(EventPoll(batch: 2))
        let pairs = try (0..<5).map { _ in try Pair() }
        for (number, pair) in pairs.enumerated() {
            poll.add(pair.ends[0], .input, number: UInt64(number))
            pair.send()
        }
        var seen: Set<UInt64> = []
        for _ in 0..<3 {
            let numbers = Self.numbers(poll)
            #expect(numbers.count == 2)
            seen.formUnion(numbers)
        }
        #expect(seen == [0, 1, 2, 3, 4])
    }

    @Test func theBellEndsOneSleep() throws {
        let poll = try #require(EventPoll(batch: 8))
        poll.ring()
        poll.ring()
        #expect(poll.wait(milliseconds: 60_000) { _ in Issue.record("nothing else happened") })
        #expect(!poll.wait(milliseconds: 0) { _ in })

        // A thread of its own: this one sleeps, and tasks have no more threads than there are cores.
        try startThread("ringer") {
            usleep(50_000)
            poll.ring()
        }
        #expect(poll.wait(milliseconds: 60_000) { _ in })
    }
}
