import Core

extension JSONScanner {
    /// Skips a model's thoughts, which the server sends in a separate field. Some servers include
    /// the field in every piece, empty or null.
    mutating func readThought(into progress: inout AnswerProgress) throws {
        guard next == UInt8(ascii: "\"") else {
            if next != UInt8(ascii: "n") { progress.noteThoughtsApart() }
            return try skip()
        }
        var thought: [UInt8] = []
        if try string(into: &thought), !thought.isEmpty { progress.noteThoughtsApart() }
    }
}
