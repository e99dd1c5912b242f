import FoundationEssentials
import LanguageModels

// Conversions between stored values and values of the API.

extension UUID {
    /// In lower case, as PostgreSQL writes it.
    var text: String { uuidString.lowercased() }
}

extension Question {
    init(_ question: ChatQuestion, of visitor: UUID, on node: String) {
        let replaces: Replacement? =
            switch question.replaces {
            case .edit(let id): UUID(uuidString: id).map { .edit($0) }
            case .regenerate(let id): UUID(uuidString: id).map { .regenerate($0) }
            case nil: nil
            }
        self.init(
            visitor: visitor, node: node,
            conversation: question.conversation.flatMap { UUID(uuidString: $0) },
            text: question.message, idempotencyKey: question.key, replaces: replaces)
    }

    /// Whether the question does not depend on earlier messages.
    var isFirst: Bool { conversation == nil && replaces == nil }
}

extension AnswerIdentity {
    init(_ ids: Question.IDs) {
        self.init(
            conversation: ids.conversation.text, question: ids.question.text,
            answer: ids.answer.text)
    }
}

extension Answer {
    init(_ text: String, _ outcome: AnswerOutcome) {
        self.init(
            text: text, status: outcome.status, source: outcome.source, model: outcome.model,
            citations: outcome.citations, inputTokens: outcome.usage?.inputTokens,
            outputTokens: outcome.usage?.outputTokens)
    }
}

extension AnswerOutcome {
    /// The outcome of an answer that was stored before.
    init(_ message: Message) {
        self.init(
            status: message.status, source: message.source ?? .retrieval, model: message.model,
            citations: message.citations)
    }

    /// Adjusts the status of an answer that was ended early.
    ///
    /// An answer stopped before its first word has not failed: the visitor did not want it.
    mutating func adapt(to ending: RunningAnswer.Ending?, hasText: Bool) {
        guard let ending, status != .complete else { return }
        switch ending {
        case .stopped, .abandoned: status = .stopped
        case .shutdown: status = hasText ? .cutOff : .failed
        }
    }
}

extension ChatFault {
    /// The error that a client receives when a read or write fails.
    init(_ error: ChatStoreError) {
        switch error {
        case .notFound(.conversation): self = .unknownConversation
        case .notFound(.message): self = .unknownMessage
        case .tooManyConversations(let limit):
            self.init(
                409, "too_many_conversations",
                "You have \(limit) conversations, which is the limit; delete one first.")
        case .conversationIsFull(let limit):
            self.init(
                409, "conversation_is_full",
                "The conversation has \(limit) messages, which is the limit; begin a new one.",
                field: "conversation_id")
        case .keyWasUsed:
            self.init(
                409, "key_was_used", "The idempotency key was already used with another message.",
                field: "idempotency_key")
        case .invalid(let words):
            self.init(422, "invalid_value", "The request is invalid: \(words).")
        case .database:
            self = .unavailable
            retryAfter = 5
        }
    }
}
