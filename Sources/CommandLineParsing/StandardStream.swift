internal import Glibc

/// Standard output or standard error of this process.
enum StandardStream: Int32, Sendable {
    case output = 1
    case error = 2

    var isTerminal: Bool { isatty(rawValue) == 1 }

    /// Writes all of the text; gives up in silence when nobody reads any more.
    func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            // The one call to the system here: the bytes live as long as the call.
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(rawValue, $0.baseAddress, $0.count)
            }
            if count > 0 {
                bytes = bytes.dropFirst(count)
            } else if count == 0 || !waitAfterFailure() {
                return
            }
        }
    }

    /// Whether the write that just failed is worth another try.
    private func waitAfterFailure() -> Bool {
        switch errno {
        case EINTR: true
        // The other end shares its non-blocking flag with us, as a pager or ssh may.
        case EAGAIN: usleep(1000) == 0
        default: false
        }
    }
}
