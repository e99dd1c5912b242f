/// What happens while a question is answered: at most one `began`, any number of texts, one `ended`.
public enum ModelEvent: Hashable, Sendable {
    /// This endpoint speaks; no other will.
    indirect case began(ModelEndpoint)
    /// The next piece, never empty. Pieces that came together are one.
    case text(String)
    indirect case ended(ModelEnd)
}

/// How an answer ended.
public enum ModelEnd: Hashable, Sendable {
    case complete(ModelUsage)
    /// There is text, and it is not all of it.
    case cutOff(CutOffReason, ModelUsage)
    /// Nothing was said; the failures in order, one for each endpoint asked or passed over.
    case unavailable([ModelFailure])
}

/// Why an answer that had begun is not complete.
public enum CutOffReason: Hashable, Sendable {
    /// It is as long as it may be.
    case length
    /// The provider's filter ended it.
    case filtered
    /// The whole answer took longer than it may.
    case deadline
    case failed(ModelFailure)

    /// A short name, for metrics and rows.
    public var name: String {
        switch self {
        case .length: "length"
        case .filtered: "filtered"
        case .deadline: "deadline"
        case .failed(let failure): failure.code.name
        }
    }
}

/// The tokens of one attempt.
public struct ModelUsage: Hashable, Sendable {
    /// Nil when the provider did not say.
    public var inputTokens: Int?
    /// The provider's figure, or else the pieces received.
    public var outputTokens: Int

    public init(inputTokens: Int? = nil, outputTokens: Int = 0) {
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
    }
}

/// What became of asking one endpoint once; for the usage table and for metrics.
public struct ModelAttempt: Hashable, Sendable {
    public enum Outcome: Hashable, Sendable {
        case complete
        case cutOff(CutOffReason)
        case failed(ModelFailure)
        /// Who asked went away, or stopped it.
        case cancelled

        /// A short name, for metrics and rows.
        public var name: String {
            switch self {
            case .complete: "complete"
            case .cutOff: "cut-off"
            case .failed(let failure): failure.code.name
            case .cancelled: "cancelled"
            }
        }
    }

    public var endpoint: ModelEndpoint
    /// Whether vectors were asked for, and not an answer.
    public var isEmbedding = false
    public var outcome: Outcome
    /// Microseconds until the first text; nil when there was none.
    public var firstText: Int?
    /// Microseconds until the end.
    public var duration: Int
    public var usage: ModelUsage

    public init(
        endpoint: ModelEndpoint, isEmbedding: Bool = false, outcome: Outcome, firstText: Int?,
        duration: Int, usage: ModelUsage
    ) {
        self.endpoint = endpoint
        self.isEmbedding = isEmbedding
        self.outcome = outcome
        self.firstText = firstText
        self.duration = duration
        self.usage = usage
    }
}
