/// The wait before connecting again: longer each time, and random so that clients do not reconnect
/// together.
struct ReconnectPause {
    /// Milliseconds.
    static let shortest = 100
    static let longest = 5000

    private var attempts = 0

    /// - Parameter chance: 0 to 1, so that many clients do not reconnect at the same moment.
    /// - Returns: milliseconds, between half of the current pause and all of it.
    mutating func next(chance: Double) -> Int {
        let longest = min(Self.longest, Self.shortest << min(attempts, 10))
        attempts += 1
        return longest - Int(Double(longest / 2) * chance)
    }

    mutating func reset() { attempts = 0 }
}
