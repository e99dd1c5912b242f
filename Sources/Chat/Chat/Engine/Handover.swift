import Synchronization

/// Passes a value on to a task, which then is the only one that holds it: what a task's closure
/// captures stays as long as the task runs.
final class Handover<Value: Sendable>: Sendable {
    private let value: Mutex<Value?>

    init(_ value: Value) { self.value = Mutex(value) }

    /// - Returns: nil the second time.
    func take() -> Value? {
        value.withLock { value in
            defer { value = nil }
            return value
        }
    }
}
