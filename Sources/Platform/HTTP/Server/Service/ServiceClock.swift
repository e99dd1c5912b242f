import Glibc

/// The clock for the server's time limits.
enum ServiceClock {
    /// Milliseconds since the machine started; never set back.
    static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}
