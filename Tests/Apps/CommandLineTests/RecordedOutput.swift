import CommandLine
import Synchronization

/// A stream that keeps what is written.
final class RecordedOutput: Sendable {
    private let pieces = Mutex<[String]>([])

    var text: String { pieces.withLock { $0.joined() } }

    func terminal(
        isTerminal: Bool = false, environment: [String: String] = [:]
    ) -> Terminal {
        Terminal(isTerminal: isTerminal, environment: environment) { piece in
            self.pieces.withLock { $0.append(piece) }
        }
    }
}
