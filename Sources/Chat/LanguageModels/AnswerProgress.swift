/// What was read of an answer since it was last taken, and what is known of it.
struct AnswerProgress {
    enum Finish {
        case stop, length, filtered
    }

    /// UTF-8, not taken yet, without what the model said to itself.
    var text: [UInt8] = []
    private var thoughts = ThoughtFilter()
    /// Pieces of text so far.
    var pieces = 0
    /// Bytes so far, thoughts among them.
    var bytes = 0
    /// The model says something that is not for the visitor.
    var hasReasoned = false
    /// Why the model ended; text may not follow, figures may.
    var finish: Finish?
    /// Nothing follows.
    var isDone = false
    var inputTokens: Int?
    var outputTokens: Int?

    var usage: ModelUsage {
        ModelUsage(inputTokens: inputTokens, outputTokens: outputTokens ?? pieces)
    }

    mutating func add(_ piece: [UInt8]) {
        guard !piece.isEmpty else { return }
        thoughts.take(piece, into: &text)
        if thoughts.hasHidden { hasReasoned = true }
        pieces += 1
        bytes += piece.count
    }

    /// The model has ended: what may have become a mark is text.
    mutating func endText() { thoughts.finish(into: &text) }
}
