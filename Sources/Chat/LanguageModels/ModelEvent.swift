/// An event of an answer: at most one `began`, any number of texts, one `ended`.
public enum ModelEvent: Hashable, Sendable {
    /// This endpoint answers; no other will.
    indirect case began(ModelEndpoint)
    /// The next piece of text, never empty. Pieces that arrived together are combined.
    case text(String)
    indirect case ended(ModelEnd)
}

/// How an answer ended.
public enum ModelEnd: Hashable, Sendable {
    case complete(ModelUsage)
    /// The answer has text but is incomplete.
    case cutOff(CutOffReason, ModelUsage)
    /// There was no text. Lists the failures in order, one for each endpoint asked or skipped.
    case unavailable([ModelFailure])
}

/// Why an answer that had begun is incomplete.
public enum CutOffReason: Hashable, Sendable {
    /// It reached the maximum length.
    case length
    /// The provider's content filter ended it.
    case filtered
    /// The whole answer took too long.
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
    /// nil when the provider did not report it.
    public var inputTokens: Int?
    /// The provider's figure, or else the number of pieces received.
    public var outputTokens: Int

    public init(inputTokens: Int? = nil, outputTokens: Int = 0) {
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
    }
}

/// The outcome of one request to an endpoint, for the usage table and for metrics.
public struct ModelAttempt: Hashable, Sendable {
    public enum Outcome: Hashable, Sendable {
        case complete
        case cutOff(CutOffReason)
        case failed(ModelFailure)
        /// The reader left or stopped the answer.
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
    /// Whether the request was for vectors rather than an answer.
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
