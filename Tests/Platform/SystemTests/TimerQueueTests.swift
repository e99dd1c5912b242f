import Testing

@testable import System

@Suite struct TimerQueueTests {
    @Test func returnsTimersInOrderOfTimeAndCreation() {
        var queue = TimerQueue<String>()
        #expect(queue.first() == nil)
        var names: [UInt64: String] = [:]
        for (name, time) in [("d", 30), ("a", 10), ("b", 10), ("e", 31), ("c", 20)] {
            names[queue.add(name, at: time)] = name
        }
        #expect(queue.first() == 10)
        #expect(queue.due(at: 9).isEmpty)
        let due = queue.due(at: 30)
        #expect(due.map { names[$0] } == ["a", "b", "c", "d"])
        #expect(due.map { queue.remove($0) } == ["a", "b", "c", "d"])
        #expect(queue.first() == 31)
        #expect(queue.count == 1)
    }

    @Test func forgetsCancelledTimers() {
        var queue = TimerQueue<Int>()
        let first = queue.add(1, at: 10)
        let second = queue.add(2, at: 10)
        #expect(queue.remove(first) == 1)
        #expect(queue.remove(first) == nil)
        #expect(queue.due(at: 10) == [second])
        // Another timer of the same turn may cancel one that is due.
        #expect(queue.remove(second) == 2)
        #expect(queue.remove(second) == nil)
        #expect(queue.first() == nil)
    }

    /// A timer that is set and cancelled for each request must not fill the memory.
    @Test func keepsFewEntriesOfCancelledTimers() {
        var queue = TimerQueue<Int>()
        _ = queue.add(-1, at: 5)
        for number in 0..<10_000 {
            let timer = queue.add(number, at: 1_000_000 - number)
            _ = queue.remove(timer)
        }
        #expect(queue.count == 1)
        #expect(queue.entryCount <= 68)
        #expect(queue.first() == 5)
    }

    @Test func sortsManyTimers() {
        var random = SystemRandomNumberGenerator()
        var queue = TimerQueue<Int>()
        var left: [UInt64: Int] = [:]
        for _ in 0..<2000 {
            let time = Int.random(in: 0..<500, using: &random)
            let number = queue.add(time, at: time)
            left[number] = time
            if Bool.random(using: &random), let victim = left.keys.randomElement(using: &random) {
                #expect(queue.remove(victim) == left.removeValue(forKey: victim))
            }
        }
        var times: [Int] = []
        for time in stride(from: 0, through: 500, by: 50) {
            times += queue.due(at: time).compactMap { queue.remove($0) }
            #expect(times.allSatisfy { $0 <= time })
        }
        #expect(times == left.values.sorted())
    }
}
