import Synchronization

/// What tasks and threads wait for until the test opens it, so that a test decides the order in which
/// things happen.
///
/// ```swift
/// let (entered, mayEnd) = (Gate(), Gate())
/// let task = Task {
///     entered.open()
///     await mayEnd.wait()
/// }
/// try await entered.reach("the task runs")
/// ```
public final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var lastNumber = 0
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    public init() {}

    public var isOpen: Bool { state.withLock { $0.isOpen } }

    /// Lets go on what waits, and what will.
    public func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [:] }
            return state.waiting
        }
        for continuation in waiting.values { continuation.resume() }
    }

    /// Waits until the gate is open or the task is cancelled.
    public func wait() async {
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    if state.isOpen || Task.isCancelled { return true }
                    state.waiting[number] = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: number) }?.resume()
        }
    }

    /// Waits until the gate is open, with the end that `waitUntil` has.
    public func reach(_ what: String) async throws { try await waitUntil(what) { isOpen } }

    /// Blocks a thread of the test's own until the gate is open, with the end that `blockUntil` has.
    public func block(_ what: String) throws { try blockUntil(what) { isOpen } }
}
