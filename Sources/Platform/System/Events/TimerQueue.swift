/// The timers of an event loop, in a heap. Pure: callers give the time.
struct TimerQueue<Value> {
    private struct Entry {
        var time: Int
        /// Rises with each timer, so that timers of one time fire in the order of their creation.
        var number: UInt64

        static func < (first: Entry, second: Entry) -> Bool {
            (first.time, first.number) < (second.time, second.number)
        }
    }

    /// No entry is before its parent, which is at half its index. Entries of cancelled timers
    /// remain until they come first or are the majority.
    private var heap: [Entry] = []
    private var values: [UInt64: Value] = [:]
    private var lastNumber: UInt64 = 0

    /// The number of timers.
    var count: Int { values.count }
    /// The number of entries, including those of cancelled timers.
    var entryCount: Int { heap.count }

    /// - Returns: the timer's number.
    mutating func add(_ value: Value, at time: Int) -> UInt64 {
        lastNumber += 1
        values[lastNumber] = value
        heap.append(Entry(time: time, number: lastNumber))
        rise(from: heap.count - 1)
        return lastNumber
    }

    /// Removes a timer and returns its value; nil when it was removed before.
    mutating func remove(_ number: UInt64) -> Value? {
        guard let value = values.removeValue(forKey: number) else { return nil }
        if heap.count > 2 * values.count + 64 {
            heap = heap.filter { values[$0.number] != nil }.sorted(by: <)
        }
        return value
    }

    /// The time of the first timer; nil when there is none.
    mutating func first() -> Int? {
        while let entry = heap.first {
            if values[entry.number] != nil { return entry.time }
            removeFirst()
        }
        return nil
    }

    /// Returns the numbers of the timers due at `time`, in order. Their values remain until they
    /// are removed.
    mutating func due(at time: Int) -> [UInt64] {
        var due: [UInt64] = []
        while let next = first(), next <= time {
            due.append(heap[0].number)
            removeFirst()
        }
        return due
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var index = 0
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2]
            where child < heap.count && heap[child] < heap[least] {
                least = child
            }
            guard least != index else { return }
            heap.swapAt(index, least)
            index = least
        }
    }

    private mutating func rise(from start: Int) {
        var index = start
        while index > 0, heap[index] < heap[(index - 1) / 2] {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }
}
