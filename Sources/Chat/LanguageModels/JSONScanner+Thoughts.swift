import Core

extension JSONScanner {
    /// Reads over what a model said to itself, in a field for that. Some servers send the field with every
    /// piece, empty or null.
    mutating func readThought(into progress: inout AnswerProgress) throws {
        guard next == UInt8(ascii: "\"") else {
            if next != UInt8(ascii: "n") { progress.noteThoughtsApart() }
            return try skip()
        }
        var thought: [UInt8] = []
        if try string(into: &thought), !thought.isEmpty { progress.noteThoughtsApart() }
    }
}
