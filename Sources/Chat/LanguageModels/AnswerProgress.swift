/// The unread text of an answer, and its state so far.
struct AnswerProgress {
    enum Finish {
        case stop, length, filtered
    }

    /// UTF-8 text that has not been taken, without the model's thoughts.
    var text: [UInt8] = []
    private var thoughts: ThoughtFilter
    /// Whether the server sends thoughts in a separate field.
    private var hasThoughtsApart = false
    /// Number of pieces of text so far.
    var pieces = 0
    /// Number of bytes so far, including thoughts.
    var bytes = 0
    /// Whether the model has produced thoughts.
    var hasReasoned = false
    /// Why the model stopped; usage figures may follow, text may not.
    var finish: Finish?
    /// Whether the response has ended.
    var isDone = false
    var inputTokens: Int?
    var outputTokens: Int?

    init(_ beginning: ThoughtFilter.Beginning = .answer) { thoughts = ThoughtFilter(beginning) }

    /// Whether the model's answers begin with thoughts, as far as this answer shows; nil when it
    /// does not.
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

    /// Notes that a thought arrived in its separate field.
    mutating func noteThoughtsApart() {
        hasReasoned = true
        hasThoughtsApart = true
        thoughts.trustServer(into: &text)
    }

    /// Ends the text: the beginning of a possible mark is text after all.
    mutating func endText() {
        // Some servers end without a reason.
        thoughts.finish(into: &text, isWhole: finish == .stop || finish == nil && isDone)
    }
}
