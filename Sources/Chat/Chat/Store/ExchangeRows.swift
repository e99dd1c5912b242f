import Core
import FoundationEssentials
import LanguageModels
import PostgreSQL

// Questions and answers in the form that the storing statements take.

extension Question: BatchItem {
    var owner: UUID { visitor }
    var bytes: Int { text.utf8.count }
}

/// An answer, with the exchange it belongs to.
struct Ending: BatchItem {
    var exchange: Exchange
    var answer: Answer

    var owner: UUID { exchange.visitor }
    var bytes: Int { answer.text.utf8.count }
}

extension Exchange {
    init(
        _ row: QueryResult.Row, for question: Question
    ) throws(PostgresError) {
        let roles = try row.optional(8, as: [String].self) ?? []
        let texts = try row.optional(9, as: [String].self) ?? []
        var isRegenerated = false
        if case .regenerate = question.replaces { isRegenerated = true }
        self.init(
            visitor: question.visitor, node: question.node, conversation: try row.value(1),
            question: try row.value(2), answer: question.ids.answer, text: try row.value(5),
            isRepeat: try row.value(6), storedAnswer: nil,
            // A role other than the two sides of the conversation is not a turn.
            turns: zip(roles, texts).compactMap { role, text in
                Prompt.Role(rawValue: role).map { Prompt.Turn($0, text) }
            },
            summary: try row.optional(7), answerPosition: try row.value(3),
            answerVersionOf: try row.optional(4),
            answerKey: isRegenerated ? question.idempotencyKey : nil)
    }
}

extension JSONBytes {
    mutating func question(_ question: Question) {
        member("visitor", question.visitor.postgresText)
        member("node", question.node)
        member("conversation", question.ids.conversation.postgresText)
        member("is_new", question.conversation == nil)
        member("question", question.ids.question.postgresText)
        member("text", question.text)
        member("key", question.idempotencyKey)
        switch question.replaces {
        case .edit(let id): member("edited", id.postgresText)
        case .regenerate(let id): member("regenerated", id.postgresText)
        case nil: break
        }
    }

    mutating func ending(_ ending: Ending) {
        let (exchange, answer) = (ending.exchange, ending.answer)
        member("visitor", exchange.visitor.postgresText)
        member("node", exchange.node)
        member("conversation", exchange.conversation.postgresText)
        member("question", exchange.question.postgresText)
        member("answer", exchange.answer.postgresText)
        member("position", exchange.answerPosition)
        member("version", exchange.answerVersionOf?.postgresText)
        member("text", Self.storable(answer.text))
        member("status", answer.status.rawValue)
        member("source", answer.source.rawValue)
        member("model", answer.model.map(Self.storable))
        name("citations")
        array(answer.citations) { json, citation in
            json.object {
                $0.member("title", Self.storable(citation.title))
                $0.member("route", Self.storable(citation.route))
                if let anchor = citation.anchor { $0.member("anchor", Self.storable(anchor)) }
                if let heading = citation.heading { $0.member("heading", Self.storable(heading)) }
                if let number = citation.number { $0.member("number", number) }
            }
        }
        name("usage")
        object {
            if let count = answer.inputTokens { $0.member("input_tokens", count) }
            if let count = answer.outputTokens { $0.member("output_tokens", count) }
        }
        member("key", exchange.answerKey)
    }

    /// PostgreSQL text cannot contain NUL.
    private static func storable(_ text: String) -> String {
        text.utf8.contains(0) ? text.replacingUTF8("\0", with: "\u{FFFD}") : text
    }
}
