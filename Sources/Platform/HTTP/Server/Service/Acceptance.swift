import Glibc

/// Accepts connections.
enum Acceptance {
    /// Accepts the next waiting connection and configures it to send small parts at once and never
    /// to block.
    ///
    /// - Returns: -1 when none waits, or the system has no descriptors left.
    static func next(on listener: Int32) -> Int32 {
        let descriptor = accept(listener, nil, nil)
        guard descriptor >= 0 else { return -1 }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        var yes: Int32 = 1
        setsockopt(
            descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        return descriptor
    }
}
