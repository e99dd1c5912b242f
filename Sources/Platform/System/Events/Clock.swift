import Glibc

/// Returns the milliseconds of a monotonic clock.
public func monotonicMilliseconds() -> Int { monotonicMicroseconds() / 1000 }

/// Returns the microseconds of a monotonic clock.
public func monotonicMicroseconds() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000 + time.tv_nsec / 1000
}

/// Returns the milliseconds since 1970 by the machine's clock.
public func wallClockMilliseconds() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
}
