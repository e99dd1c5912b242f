import Glibc
import Synchronization

/// The thread of an `EventLoop`, which keeps it alive until the loop is gone.
final class EventLoopThread: Sendable {
    /// Something to run between two waits.
    enum Work: Sendable {
        case job(UnownedJob)
        case body(@Sendable () -> Void)
    }

    private struct Queue {
        var work: [Work] = []
        /// Whether the thread waits, so that new work must ring.
        var isAsleep = false
        var hasEnded = false
    }

    /// A place for the callback of a descriptor.
    private struct Slot {
        var generation: UInt32
        var body: ((EventLoop.Event) -> Void)?
    }

    private let poll: Epoll
    private let queue = Mutex(Queue())
    /// The thread's `pthread_self`; 0 until it runs.
    private let identity = Atomic<UInt>(0)
    /// The batches of work that run between two waits.
    private static let rounds = 8

    // Not checked by the compiler: only the thread uses these.
    private nonisolated(unsafe) var slots: [Slot] = []
    private nonisolated(unsafe) var freeSlots: [UInt32] = []
    private nonisolated(unsafe) var timers = TimerQueue<() -> Void>()

    init(_ poll: Epoll) { self.poll = poll }

    /// - Throws: when the system has no threads left.
    func start(_ name: String, on executor: UnownedSerialExecutor) throws(SystemError) {
        try startThread(name) { self.turn(on: executor) }
    }

    /// Ends the thread once no work waits.
    func end() {
        queue.withLock { $0.hasEnded = true }
        poll.ring()
    }

    var isCurrent: Bool { identity.load(ordering: .relaxed) == pthread_self() }

    func append(_ work: Work) {
        let rings = queue.withLock { queue in
            queue.work.append(work)
            defer { queue.isAsleep = false }
            return queue.isAsleep
        }
        if rings { poll.ring() }
    }

    // MARK: On the thread

    private enum Step {
        case work
        /// Waits for descriptors; sleeps only when there is no work.
        case wait(sleeps: Bool)
        case end
    }

    private func turn(on executor: UnownedSerialExecutor) {
        identity.store(pthread_self(), ordering: .relaxed)
        var work: [Work] = []
        var rounds = 0
        while true {
            switch next(&work, mayWork: rounds < Self.rounds) {
            case .work:
                for work in work {
                    switch work {
                    case .job(let job): job.runSynchronously(on: executor)
                    case .body(let body): body()
                    }
                }
                work.removeAll(keepingCapacity: true)
                rounds += 1
            case .wait(let sleeps):
                wait(sleeps: sleeps)
                rounds = 0
            case .end: return
            }
        }
    }

    /// Decides the next step, and swaps the waiting work into `work`, which is empty.
    private func next(_ work: inout [Work], mayWork: Bool) -> Step {
        queue.withLock { queue in
            if queue.work.isEmpty {
                queue.isAsleep = !queue.hasEnded
                return queue.hasEnded ? .end : .wait(sleeps: true)
            }
            guard mayWork else { return .wait(sleeps: false) }
            swap(&queue.work, &work)
            return .work
        }
    }

    private func wait(sleeps: Bool) {
        let first = timers.first()
        var longest = sleeps ? -1 : 0
        if sleeps, let first { longest = max(0, first - monotonicMilliseconds()) }
        let count = poll.wait(milliseconds: longest)
        if sleeps { queue.withLock { $0.isAsleep = false } }
        for index in 0..<count {
            let (number, event) = poll.event(index)
            let slot = Int(UInt32(truncatingIfNeeded: number))
            // The bell has no slot, and a descriptor may have left its own in this turn.
            guard slot < slots.count, slots[slot].generation == UInt32(number >> 32) else {
                continue
            }
            slots[slot].body?(event)
        }
        guard first != nil else { return }
        for number in timers.due(at: monotonicMilliseconds()) { timers.remove(number)?() }
    }

    func watch(
        _ descriptor: Int32, _ interest: EventLoop.Interest,
        _ body: @escaping (EventLoop.Event) -> Void
    ) -> EventLoop.Registration? {
        if freeSlots.isEmpty {
            freeSlots.append(UInt32(slots.count))
            slots.append(Slot(generation: 0, body: nil))
        }
        let slot = freeSlots.removeLast()
        let registration = EventLoop.Registration(
            descriptor: descriptor, slot: slot, generation: slots[Int(slot)].generation)
        guard poll.add(descriptor, interest, number: registration.number) else {
            freeSlots.append(slot)
            return nil
        }
        slots[Int(slot)].body = body
        return registration
    }

    func change(_ registration: EventLoop.Registration, _ interest: EventLoop.Interest) {
        guard slots[Int(registration.slot)].generation == registration.generation else { return }
        poll.change(registration.descriptor, interest, number: registration.number)
    }

    func unwatch(_ registration: EventLoop.Registration) {
        let slot = Int(registration.slot)
        guard slots[slot].generation == registration.generation else { return }
        poll.remove(registration.descriptor)
        slots[slot].generation &+= 1
        freeSlots.append(registration.slot)
        // The callback may have the last reference to its owner, whose end may come back here.
        let body = slots[slot].body
        slots[slot].body = nil
        _ = body
    }

    func schedule(at time: Int, _ body: @escaping () -> Void) -> EventLoop.Timer {
        EventLoop.Timer(number: timers.add(body, at: time))
    }

    func cancel(_ timer: EventLoop.Timer) { _ = timers.remove(timer.number) }
}
