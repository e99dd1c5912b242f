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
        var exchange = try await beginnings.run(question, begin)
        if exchange.isRepeat {
            let query = Self.messages("m.id = \(exchange.answer)::uuid")
            let results = try await run([query], for: question.visitor)
            exchange.storedAnswer = try read(results[0], Self.message).first
        }
        return exchange
    }

    private func begin(
        _ questions: [Question], isPatient: Bool
    ) async throws(ChatStoreError) -> [Exchange] {
        var json = JSONBytes(capacity: questions.reduce(0) { $0 + $1.bytes + 512 })
        json.array(questions.enumerated()) { json, one in
            json.object { $0.question(one.element, number: one.offset) }
        }
        let rows = try await run(
            """
            SELECT q.number, e.conversation, e.question_id, e.answer_position, e.answer_version_of,
                e.asked, e.is_repeat, e.summary, e.turn_roles, e.turn_texts
            FROM json_to_recordset(\(String(decoding: json.bytes, as: UTF8.self))::json) AS q (
                    number integer, visitor text, node text, conversation uuid, is_new boolean,
                    question uuid, text text, key text, edited uuid, regenerated uuid),
                LATERAL robbieblocks_begin_exchange(\(Self.nodeNamingTheVisitor), q.conversation,
                    q.is_new, q.question, q.text, q.key, q.edited, q.regenerated,
                    \(limits.turns)::integer, \(limits.conversations)::integer,
                    \(limits.messages)::integer) AS e
            """, isPatient: isPatient)
        var exchanges = [Exchange?](repeating: nil, count: questions.count)
        _ = try read(rows) { row throws(PostgresError) in
            let number: Int = try row.value(0)
            exchanges[number] = try Exchange(row, for: questions[number])
        }
        return try Self.complete(exchanges)
    }

    /// Runs a statement that stores for several visitors, or for one that can wait for a lock.
    private func run(
        _ query: Query, isPatient: Bool
    ) async throws(ChatStoreError) -> QueryResult {
        if isPatient { return try await run([query])[0] }
        return try await run(["SELECT set_config('lock_timeout', '200ms', true)", query])[1]
    }

    /// Each of a batch has a row.
    private static func complete<Value>(_ values: [Value?]) throws(ChatStoreError) -> [Value] {
        let all = values.compactMap(\.self)
        guard all.count == values.count else {
            throw .database(PostgresError(.decoding, "a row was stored and not returned"))
        }
        return all
    }

    /// The node, as the first argument of a function that stores for a visitor: an argument is worked
    /// out before its function is called, and what is stored next is another visitor's.
    private static var nodeNamingTheVisitor: Query {
        "CASE WHEN set_config('robbieblocks.visitor', q.visitor, true) <> '' THEN q.node END"
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
        return try await endings.run(Ending(exchange: exchange, answer: answer), finish)
    }

    private func finish(
        _ endings: [Ending], isPatient: Bool
    ) async throws(ChatStoreError) -> [Bool] {
        var json = JSONBytes(capacity: endings.reduce(0) { $0 + $1.bytes + 1024 })
        json.array(endings.enumerated()) { json, one in
            json.object { $0.ending(one.element, number: one.offset) }
        }
        let rows = try await run(
            """
            SELECT q.number, e.is_new
            FROM json_to_recordset(\(String(decoding: json.bytes, as: UTF8.self))::json) AS q (
                    number integer, visitor text, node text, conversation uuid, question uuid,
                    answer uuid, position integer, version uuid, text text, status text,
                    source text, model text, citations jsonb, usage jsonb, key text),
                LATERAL robbieblocks_finish_exchange(\(Self.nodeNamingTheVisitor), q.conversation,
                    q.question, q.answer, q.position, q.version, q.text, q.status, q.source,
                    q.model, q.citations, q.usage, q.key) AS e (is_new)
            """, isPatient: isPatient)
        var areNew = [Bool?](repeating: nil, count: endings.count)
        _ = try read(rows) { row throws(PostgresError) in
            areNew[try row.value(0)] = try row.value(1)
        }
        return try Self.complete(areNew)
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

extension Question: BatchItem {
    var owner: UUID { visitor }
    var bytes: Int { text.utf8.count }
}

/// An answer and what it answers.
struct Ending: BatchItem {
    var exchange: Exchange
    var answer: Answer

    var owner: UUID { exchange.visitor }
    var bytes: Int { answer.text.utf8.count }
}

extension Exchange {
    fileprivate init(
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
            turns: zip(roles, texts).map {
                Turn(role: Message.Role(rawValue: $0) ?? .user, text: $1)
            },
            summary: try row.optional(7), answerPosition: try row.value(3),
            answerVersionOf: try row.optional(4),
            answerKey: isRegenerated ? question.idempotencyKey : nil)
    }
}

extension JSONBytes {
    fileprivate mutating func question(_ question: Question, number: Int) {
        member("number", number)
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

    fileprivate mutating func ending(_ ending: Ending, number: Int) {
        let (exchange, answer) = (ending.exchange, ending.answer)
        member("number", number)
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
            }
        }
        name("usage")
        object {
            if let count = answer.inputTokens { $0.member("input_tokens", count) }
            if let count = answer.outputTokens { $0.member("output_tokens", count) }
        }
        member("key", exchange.answerKey)
    }

    /// PostgreSQL has no NUL.
    private static func storable(_ text: String) -> String {
        text.utf8.contains(0) ? text.replacing("\0", with: "\u{FFFD}") : text
    }
}
