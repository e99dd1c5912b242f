public import FoundationEssentials
import JSON
import PostgreSQL

extension ChatStore {
    /// Stores a question, and reads what its answer needs.
    ///
    /// A request that comes again with its idempotency key finds the question that it stored before,
    /// and the answer if there is one.
    public func begin(_ question: Question) async throws(ChatStoreError) -> Exchange {
        try Self.check(question)
        let ids = question.ids
        var (edited, regenerated): (UUID?, UUID?)
        switch question.replaces {
        case .edit(let id): edited = id
        case .regenerate(let id): regenerated = id
        case nil: break
        }
        var queries: [Query] = [
            """
            SELECT conversation, question_id, answer_position, answer_version_of, asked, is_repeat,
                summary, turn_roles, turn_texts
            FROM robbieblocks_begin_exchange(\(Self.node(question.node, as: question.visitor)),
                \(ids.conversation)::uuid, \(question.conversation == nil),
                \(ids.question)::uuid, \(question.text), \(question.idempotencyKey),
                \(edited)::uuid, \(regenerated)::uuid, \(limits.turns)::integer,
                \(limits.conversations)::integer, \(limits.messages)::integer)
            """
        ]
        if question.idempotencyKey != nil {
            queries.append(Self.messages("m.id = \(ids.answer)::uuid"))
        }
        let results = try await run(queries)
        let stored = results.count > 1 ? try read(results[1], Self.message).first : nil
        let exchanges = try read(results[0]) { row throws(PostgresError) in
            let roles = try row.optional(7, as: [String].self) ?? []
            let texts = try row.optional(8, as: [String].self) ?? []
            return Exchange(
                visitor: question.visitor, node: question.node,
                conversation: try row.value(0), question: try row.value(1), answer: ids.answer,
                text: try row.value(4), isRepeat: try row.value(5), storedAnswer: stored,
                turns: zip(roles, texts).map {
                    Exchange.Turn(role: Message.Role(rawValue: $0) ?? .user, text: $1)
                },
                summary: try row.optional(6), answerPosition: try row.value(2),
                answerVersionOf: try row.optional(3),
                answerKey: regenerated == nil ? nil : question.idempotencyKey)
        }
        guard let exchange = exchanges.first else {
            throw .database(PostgresError(.decoding, "a question was stored without an answer"))
        }
        return exchange
    }

    private static func check(_ question: Question) throws(ChatStoreError) {
        if let key = question.idempotencyKey, key.isEmpty || key.utf8.count > 255 {
            throw .invalid("an idempotency key has 1 to 255 bytes")
        }
        // PostgreSQL has no such character.
        guard !question.text.utf8.contains(0), question.idempotencyKey?.utf8.contains(0) != true
        else { throw .invalid("a message may not contain the character NUL") }
    }

    /// Stores an answer. To call it again, also after an error, changes nothing that is stored.
    ///
    /// - Returns: whether the answer is new.
    @discardableResult
    public func finish(
        _ exchange: Exchange, _ answer: Answer
    ) async throws(ChatStoreError) -> Bool {
        guard answer.text.utf8.count <= limits.answerBytes else {
            throw .invalid("an answer has \(limits.answerBytes) bytes at most")
        }
        let results = try await run([
            """
            SELECT robbieblocks_finish_exchange(\(Self.node(exchange.node, as: exchange.visitor)),
                \(exchange.conversation)::uuid, \(exchange.question)::uuid,
                \(exchange.answer)::uuid, \(exchange.answerPosition)::integer,
                \(exchange.answerVersionOf)::uuid, \(Self.storable(answer.text)), \(answer.status.rawValue),
                \(answer.source.rawValue), \(answer.model),
                \(Self.json(answer.citations))::jsonb, \(Self.usage(of: answer))::jsonb,
                \(exchange.answerKey))
            """
        ])
        let isNew = try read(results[0]) { row throws(PostgresError) -> Bool in try row.value(0) }
        return isNew.first ?? false
    }

    private static func json(_ citations: [Citation]) -> String {
        var json = JSONBytes(capacity: 128 * citations.count)
        json.array(citations) { json, citation in
            json.object {
                $0.member("title", storable(citation.title))
                $0.member("route", storable(citation.route))
                if let anchor = citation.anchor { $0.member("anchor", storable(anchor)) }
                if let heading = citation.heading { $0.member("heading", storable(heading)) }
            }
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// PostgreSQL has no NUL.
    private static func storable(_ text: String) -> String {
        text.utf8.contains(0) ? text.replacing("\0", with: "\u{FFFD}") : text
    }

    private static func usage(of answer: Answer) -> String {
        let fields = [("input_tokens", answer.inputTokens), ("output_tokens", answer.outputTokens)]
            .compactMap { name, count in count.map { "\"\(name)\":\($0)" } }
        return "{\(fields.joined(separator: ","))}"
    }

    /// Keeps a summary of what was said up to this message.
    ///
    /// - Returns: false when a later one is kept already, or the conversation is gone.
    @discardableResult
    public func summarise(
        _ conversation: UUID, of visitor: UUID, upTo position: Int, _ summary: String
    ) async throws(ChatStoreError) -> Bool {
        try await run(
            [
                """
                UPDATE conversations
                SET summary = \(summary), summary_position = \(position)::integer
                WHERE id = \(conversation)::uuid AND summary_position < \(position)::integer
                """
            ], for: visitor)[0].affected > 0
    }
}
