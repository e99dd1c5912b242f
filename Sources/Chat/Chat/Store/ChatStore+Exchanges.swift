import Core
import FoundationEssentials
import PostgreSQL

extension ChatStore {
    /// Stores a question, and reads what is needed to answer it.
    ///
    /// A repeated request with the same idempotency key finds the question it stored before, and
    /// the answer if there is one.
    func begin(_ question: Question) async throws(ChatStoreError) -> Exchange {
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
        try await store(
            questions, isPatient: isPatient, write: { $0.question($1) },
            statement: { rows in
                """
                SELECT q.number, e.conversation, e.question_id, e.answer_position,
                    e.answer_version_of, e.asked, e.is_repeat, e.summary, e.turn_roles, e.turn_texts
                FROM json_to_recordset(\(rows)::json) AS q (
                        number integer, visitor text, node text, conversation uuid, is_new boolean,
                        question uuid, text text, key text, edited uuid, regenerated uuid),
                    LATERAL robbieblocks_begin_exchange(\(Self.nodeNamingTheVisitor),
                        q.conversation, q.is_new, q.question, q.text, q.key, q.edited,
                        q.regenerated, \(limits.turns)::integer,
                        \(limits.conversations)::integer, \(limits.messages)::integer) AS e
                """
            },
            read: { row, question throws(PostgresError) in try Exchange(row, for: question) })
    }

    /// Runs a statement that stores several items, each for its own visitor.
    ///
    /// - Parameters:
    ///   - isPatient: whether to wait for locks with the normal timeout.
    ///   - write: writes the members of an item; its `number` is already written.
    ///   - statement: builds the statement from the items as JSON; its first column is the item's
    ///     `number`.
    ///   - read: reads the result for an item.
    private func store<Item: BatchItem, Value>(
        _ items: [Item], isPatient: Bool, write: (inout JSONBytes, Item) -> Void,
        statement: (_ rows: String) -> Query,
        read: (QueryResult.Row, Item) throws(PostgresError) -> Value
    ) async throws(ChatStoreError) -> [Value] {
        var json = JSONBytes(capacity: items.reduce(0) { $0 + $1.bytes + 1024 })
        json.array(items.enumerated()) { json, one in
            json.object {
                $0.member("number", one.offset)
                write(&$0, one.element)
            }
        }
        var queries = [statement(String(decoding: json.bytes, as: UTF8.self))]
        if !isPatient { queries.insert("SELECT set_config('lock_timeout', '200ms', true)", at: 0) }
        let results = try await run(queries)
        var values = [Value?](repeating: nil, count: items.count)
        _ = try self.read(results[queries.count - 1]) { row throws(PostgresError) in
            let number: Int = try row.value(0)
            values[number] = try read(row, items[number])
        }
        let stored = values.compactMap(\.self)
        guard stored.count == items.count else {
            throw .database(PostgresError(.decoding, "a row was stored and not returned"))
        }
        return stored
    }

    /// The node, as the first argument of a function that stores rows for a visitor. It sets the
    /// visitor as a side effect: arguments are evaluated before the function is called, and the
    /// next row may belong to another visitor.
    private static var nodeNamingTheVisitor: Query {
        "CASE WHEN set_config('robbieblocks.visitor', q.visitor, true) <> '' THEN q.node END"
    }

    private static func check(_ question: Question) throws(ChatStoreError) {
        if let key = question.idempotencyKey, key.isEmpty || key.utf8.count > 255 {
            throw .invalid("an idempotency key has 1 to 255 bytes")
        }
        // PostgreSQL text cannot contain NUL.
        guard !question.text.utf8.contains(0), question.idempotencyKey?.utf8.contains(0) != true
        else { throw .invalid("a message may not contain the character NUL") }
    }

    /// Stores an answer. Repeating the call, even after an error, does not change what is stored.
    ///
    /// - Returns: whether the answer is new.
    @discardableResult
    func finish(
        _ exchange: Exchange, _ answer: Answer
    ) async throws(ChatStoreError) -> Bool {
        try check(answer)
        return try await endings.run(Ending(exchange: exchange, answer: answer), finish)
    }

    /// Stores an answer in its own transaction, so that no other answer can make it fail.
    func finishAlone(_ exchange: Exchange, _ answer: Answer) async throws(ChatStoreError) {
        try check(answer)
        _ = try await finish([Ending(exchange: exchange, answer: answer)], isPatient: true)
    }

    private func check(_ answer: Answer) throws(ChatStoreError) {
        guard answer.text.utf8.count <= limits.answerBytes else {
            throw .invalid("an answer has \(limits.answerBytes) bytes at most")
        }
    }

    private func finish(
        _ endings: [Ending], isPatient: Bool
    ) async throws(ChatStoreError) -> [Bool] {
        try await store(
            endings, isPatient: isPatient, write: { $0.ending($1) },
            statement: { rows in
                """
                SELECT q.number, e.is_new
                FROM json_to_recordset(\(rows)::json) AS q (
                        number integer, visitor text, node text, conversation uuid, question uuid,
                        answer uuid, position integer, version uuid, text text, status text,
                        source text, model text, citations jsonb, usage jsonb, key text),
                    LATERAL robbieblocks_finish_exchange(\(Self.nodeNamingTheVisitor),
                        q.conversation, q.question, q.answer, q.position, q.version, q.text,
                        q.status, q.source, q.model, q.citations, q.usage, q.key) AS e (is_new)
                """
            },
            read: { row, _ throws(PostgresError) in try row.value(1) })
    }

    /// Stores a summary of the conversation up to a message.
    ///
    /// - Returns: false when a later summary is stored already, or the conversation no longer
    ///   exists.
    @discardableResult
    func summarise(
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
