import Foundation

/// The time that a processor spends on the calling thread. Unlike the time of a clock on the wall, it
/// does not grow while the thread waits for a processor that others use.
public enum ProcessorTime {
    /// Measures synchronous work; what it leaves to other threads is not counted.
    public static func of(_ work: () throws -> Void) rethrows -> Duration {
        let start = now()
        try work()
        return now() - start
    }

    /// Whether four times the input takes far less than sixteen times the time, as it would if time
    /// grew with the square of the size.
    ///
    /// Three attempts, since a cache that others emptied may slow one of them down.
    ///
    /// - Parameter work: handles an input of the given size.
    public static func growsWithSize(
        upTo size: Int, _ work: (_ size: Int) throws -> Void
    ) rethrows -> Bool {
        for _ in 0..<3 {
            let short = try of { try work(size / 4) }
            let long = try of { try work(size) }
            // Fixed costs dominate the shortest times.
            if long < max(short, .milliseconds(2)) * 9 { return true }
        }
        return false
    }

    private static func now() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
