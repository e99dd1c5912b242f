import Synchronization

/// Hands a value to a task, which then holds the only reference: values captured by a task's
/// closure live as long as the task.
final class SingleUseBox<Value: Sendable>: Sendable {
    private let value: Mutex<Value?>

    init(_ value: Value) { self.value = Mutex(value) }

    /// - Returns: nil from the second call on.
    func take() -> Value? {
        value.withLock { value in
            defer { value = nil }
            return value
        }
    }
}
