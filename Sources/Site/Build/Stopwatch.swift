import System

/// Measures the successive parts of a build.
struct Stopwatch {
    private var start = monotonicMicroseconds()

    mutating func lap(_ name: String) -> BuildReport.Phase {
        let now = monotonicMicroseconds()
        defer { start = now }
        return .init(name: name, milliseconds: Double(now - start) / 1000)
    }
}
