import CWebSockets
import Synchronization

/// What libwebsockets says of itself: kept for the diagnostic of a server that does not start,
/// otherwise silent.
enum ServiceLog {
    private static let lines = Mutex<[String]>([])

    /// Takes over the library's log, which is one for the whole process.
    static func takeOver() {
        lws_set_log_level(Int32(LLL_ERR)) { _, line in
            guard let line else { return }
            let text = String(cString: line).split(whereSeparator: \.isNewline).joined(
                separator: " ")
            ServiceLog.lines.withLock {
                $0.append(text)
                if $0.count > 8 { $0.removeFirst() }
            }
        }
    }

    /// The most recent error, and forgets them all.
    static func takeLast() -> String? {
        lines.withLock { lines in
            let last = lines.last
            lines.removeAll()
            return last
        }
    }
}
