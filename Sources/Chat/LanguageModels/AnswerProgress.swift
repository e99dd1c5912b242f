/// What was read of an answer since it was last taken, and what is known of it.
struct AnswerProgress {
    enum Finish {
        case stop, length, filtered
    }

    /// UTF-8, not taken yet, without what the model said to itself.
    var text: [UInt8] = []
    private var thoughts: ThoughtFilter
    /// The server sends what the model says to itself in a field of its own.
    private var hasThoughtsApart = false
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

    init(_ beginning: ThoughtFilter.Beginning = .answer) { thoughts = ThoughtFilter(beginning) }

    /// What the answer tells of how the model's answers begin; nil when it tells nothing.
    var beginsWithThoughts: Bool? { hasThoughtsApart ? false : thoughts.beginsWithThoughts }

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

    /// Something came in the field that is for thoughts.
    mutating func noteThoughtsApart() {
        hasReasoned = true
        hasThoughtsApart = true
        thoughts.trustServer(into: &text)
    }

    /// The model has ended: what may have become a mark is text.
    mutating func endText() { thoughts.finish(into: &text, isWhole: finish == .stop) }
}
