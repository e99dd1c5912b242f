import Synchronization
import TestSupport

/// A connection that stays open while other tasks are at work.
final class Held: Sendable {
    private let connection: Mutex<HTTPConnection?>

    init(_ connection: sending HTTPConnection) { self.connection = Mutex(connection) }

    func close() { connection.withLock { $0 = nil } }

    func readToEnd() throws -> Int {
        try connection.withLock { try $0?.readToEnd().count ?? 0 }
    }

    /// Takes at least as many bytes.
    func read(_ count: Int) throws {
        try connection.withLock { connection in
            var rest = count
            while rest > 0 {
                guard let bytes = try connection?.readSome(), !bytes.isEmpty else { return }
                rest -= bytes.count
            }
        }
    }
}
