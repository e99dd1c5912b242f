/// Ends a text before the first of some sequences, which may arrive in pieces.
struct StopText {
    private let stops: [[UInt8]]
    /// Possibly the beginning of a sequence.
    private var held: [UInt8] = []
    /// Whether a sequence has occurred: nothing after it is shown.
    private(set) var isOver = false

    init(_ stops: [String]) { self.stops = stops.map { Array($0.utf8) }.filter { !$0.isEmpty } }

    /// - Returns: the text that can be shown so far, in whole characters.
    mutating func take(_ text: String) -> String {
        guard !stops.isEmpty else { return text }
        guard !isOver else { return "" }
        held += text.utf8
        for start in held.indices {
            let rest = held[start...]
            if stops.contains(where: { rest.starts(with: $0) }) {
                isOver = true
                defer { held = [] }
                return String(decoding: held[..<start], as: UTF8.self)
            }
            if stops.contains(where: { $0.starts(with: rest) }) {
                defer { held = Array(rest) }
                return String(decoding: held[..<start], as: UTF8.self)
            }
        }
        defer { held = [] }
        return String(decoding: held, as: UTF8.self)
    }

    /// Ends the text, and returns the rest.
    mutating func finish() -> String {
        defer { held = [] }
        return String(decoding: held, as: UTF8.self)
    }
}
