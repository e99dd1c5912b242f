import Glibc

/// An open file descriptor for text output: standard output or standard error of this process.
struct StandardStream: Sendable {
    let descriptor: Int32

    static let output = StandardStream(descriptor: 1)
    static let error = StandardStream(descriptor: 2)

    var isTerminal: Bool { isatty(descriptor) == 1 }

    /// Writes the complete text, waiting for a slow reader; gives up silently when the reader is
    /// gone.
    func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            // The only system call here: the bytes stay valid during the call.
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
        // The other end, such as a pager or ssh, shares its non-blocking flag with us.
        case EAGAIN: usleep(1000) == 0
        default: false
        }
    }
}
