import Glibc

/// An open file descriptor that text goes to: standard output or standard error of this process.
struct StandardStream: Sendable {
    let descriptor: Int32

    static let output = StandardStream(descriptor: 1)
    static let error = StandardStream(descriptor: 2)

    var isTerminal: Bool { isatty(descriptor) == 1 }

    /// Writes all of the text, waiting for a slow reader; gives up in silence when nobody reads.
    func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            // The one call to the system here: the bytes live as long as the call.
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count > 0 {
                bytes = bytes.dropFirst(count)
            } else if count == 0 || !isWorthAnotherTry() {
                return
            }
        }
    }

    /// Whether the write that just failed may succeed later.
    private func isWorthAnotherTry() -> Bool {
        switch errno {
        case EINTR: true
        // The other end shares its non-blocking flag with us, as a pager or ssh may.
        case EAGAIN: usleep(1000) == 0
        default: false
        }
    }
}
