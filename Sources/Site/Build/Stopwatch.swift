import System

/// Measures one part of a build after the other.
struct Stopwatch {
    private var start = monotonicMicroseconds()

    mutating func lap(_ name: String) -> BuildReport.Phase {
        let now = monotonicMicroseconds()
        defer { start = now }
        return .init(name: name, milliseconds: Double(now - start) / 1000)
    }
}
