/// How long to wait before connecting again: longer each time, and never the same for all who wait.
struct ReconnectPause {
    /// Milliseconds.
    static let shortest = 100
    static let longest = 5000

    private var attempts = 0

    /// - Parameter chance: 0 to 1, so that many clients do not come back at the same moment.
    /// - Returns: milliseconds, between half of what is due and all of it.
    mutating func next(chance: Double) -> Int {
        let longest = min(Self.longest, Self.shortest << min(attempts, 10))
        attempts += 1
        return longest - Int(Double(longest / 2) * chance)
    }

    mutating func reset() { attempts = 0 }
}
