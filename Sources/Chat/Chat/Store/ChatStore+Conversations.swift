import FoundationEssentials
import PostgreSQL

extension ChatStore {
    /// Returns a visitor's conversations with a node, most recently used first.
    ///
    /// - Parameter cursor: `next` of the previous page.
    func conversations(
        of visitor: UUID, node: String, limit: Int = 50, before cursor: String? = nil
    ) async throws(ChatStoreError) -> Page<Conversation> {
        let place = cursor.flatMap(ConversationCursor.init)
        if cursor != nil && place == nil {
            throw .invalid("'before' must be the value of 'next' in a listing of conversations")
        }
        let limit = page(limit)
        let after: Query =
            place.map {
                """
                AND (updated_at, id) < (
                    timestamptz 'epoch' + \($0.updatedAt)::bigint * interval '1 microsecond',
                    \($0.id)::uuid)
                """
            } ?? ""
        let results = try await run(
            [
                """
                SELECT id, title, created_at, updated_at,
                    (extract(epoch FROM updated_at) * 1000000)::bigint
                FROM conversations WHERE session_id = \(visitor)::uuid AND node_id = \(node) \(after)
                ORDER BY updated_at DESC, id DESC LIMIT \(limit + 1)::bigint
                """
            ], for: visitor)
        let rows = try read(results[0]) { row throws(PostgresError) -> (Conversation, Int) in
            (try Self.conversation(row), try row.value(4))
        }
        let last = rows.count > limit ? rows[limit - 1] : nil
        return Page(
            elements: rows.prefix(limit).map(\.0),
            next: last.map { ConversationCursor(updatedAt: $0.1, id: $0.0.id).description })
    }

    /// Creates a conversation without messages.
    func createConversation(
        of visitor: UUID, node: String, title: String? = nil
    ) async throws(ChatStoreError) -> Conversation {
        let results = try await run(
            [
                """
                SELECT id, title, created_at, updated_at
                FROM robbieblocks_begin_conversation(
                    \(node), \(UUID())::uuid, \(try Self.checked(title: title)),
                    \(limits.conversations)::integer)
                """
            ], for: visitor)
        return try one(read(results[0], Self.conversation), else: .conversation)
    }

    /// Changes the title of a conversation.
    func rename(
        _ conversation: UUID, of visitor: UUID, node: String, to title: String
    ) async throws(ChatStoreError) -> Conversation {
        let results = try await run(
            [
                """
                UPDATE conversations SET title = \(try Self.checked(title: title))
                WHERE id = \(conversation)::uuid AND node_id = \(node)
                RETURNING id, title, created_at, updated_at
                """
            ], for: visitor)
        return try one(read(results[0], Self.conversation), else: .conversation)
    }

    /// Deletes a conversation with all its messages. The audit log records the deletion, without
    /// any text.
    func delete(
        _ conversation: UUID, of visitor: UUID, node: String
    ) async throws(ChatStoreError) {
        let deletion: Query = """
            DELETE FROM conversations WHERE id = \(conversation)::uuid AND node_id = \(node)
            """
        guard try await run([deletion], for: visitor)[0].affected == 1 else {
            throw .notFound(.conversation)
        }
    }

    /// Returns the messages on a conversation's current path, in order.
    ///
    /// - Parameters:
    ///   - limit: maximum number of messages, counted from the end.
    ///   - cursor: `next` of the previous page; returns the messages before it.
    func messages(
        of conversation: UUID, visitor: UUID, node: String, limit: Int = 50,
        before cursor: String? = nil
    ) async throws(ChatStoreError) -> Page<Message> {
        let position = cursor.map { Int($0).flatMap(Int32.init(exactly:)).map(Int.init) }
        if case .some(.none) = position {
            throw .invalid("'before' must be the value of 'next' in a listing of messages")
        }
        let limit = page(limit)
        let results = try await run(
            [
                Self.existence(of: conversation, node: node),
                Self.messages(
                    """
                    m.conversation_id = \(conversation)::uuid AND m.superseded_at IS NULL
                        AND m.position < \((position ?? nil) ?? Int(Int32.max))::integer
                    ORDER BY m.position DESC LIMIT \(limit + 1)::bigint
                    """),
            ], for: visitor)
        guard results[0].count == 1 else { throw .notFound(.conversation) }
        let rows = try read(results[1], Self.message)
        return Page(
            elements: rows.prefix(limit).reversed(),
            next: rows.count > limit ? String(rows[limit - 1].position) : nil)
    }

    /// Returns all versions of a message, oldest first; for an answer, all answers to its question.
    func versions(
        of message: UUID, visitor: UUID, node: String
    ) async throws(ChatStoreError) -> [Message] {
        let first: Query = """
            (SELECT coalesce(s.version_of, s.id) FROM messages AS s
                WHERE s.id = \(message)::uuid AND s.node_id = \(node))
            """
        let results = try await run(
            [
                Self.messages(
                    """
                    m.id = \(first) OR m.version_of = \(first)
                    ORDER BY m.position LIMIT \(limits.messages)::bigint
                    """)
            ], for: visitor)
        let versions = try read(results[0], Self.message)
        guard !versions.isEmpty else { throw .notFound(.message) }
        return versions
    }

    /// Returns one message, whether it is on the current path or not.
    func message(
        _ id: UUID, visitor: UUID, node: String
    ) async throws(ChatStoreError) -> Message {
        let results = try await run(
            [Self.messages("m.id = \(id)::uuid AND m.node_id = \(node)")], for: visitor)
        return try one(read(results[0], Self.message), else: .message)
    }

    /// Returns all stored data of a conversation, including every version, as one JSON document.
    func export(
        _ conversation: UUID, of visitor: UUID, node: String
    ) async throws(ChatStoreError) -> [UInt8] {
        let results = try await run(
            [
                """
                SELECT json_build_object(
                    'id', c.id, 'node', c.node_id, 'title', c.title, 'summary', c.summary,
                    'created_at', c.created_at, 'updated_at', c.updated_at,
                    'messages', coalesce((
                        SELECT json_agg(json_build_object(
                            'id', m.id, 'role', m.role, 'content', m.content, 'status', m.status,
                            'source', m.source, 'model', m.model, 'citations', m.citations,
                            'parent_id', m.parent_id, 'version_of', m.version_of,
                            'superseded_at', m.superseded_at, 'created_at', m.created_at)
                            ORDER BY m.position)
                        FROM messages AS m WHERE m.conversation_id = c.id), '[]'))
                FROM conversations AS c
                WHERE c.id = \(conversation)::uuid AND c.node_id = \(node)
                """
            ], for: visitor)
        let documents = try read(results[0]) { row throws(PostgresError) -> [UInt8] in
            try row.value(0, as: Bytes.self).bytes
        }
        return try one(documents, else: .conversation)
    }

    private static func existence(of conversation: UUID, node: String) -> Query {
        "SELECT FROM conversations WHERE id = \(conversation)::uuid AND node_id = \(node)"
    }

    private static func checked(title: String?) throws(ChatStoreError) -> String? {
        guard let title else { return nil }
        guard (1...200).contains(title.unicodeScalars.count), !title.utf8.contains(0) else {
            throw .invalid("a title has 1 to 200 characters")
        }
        return title
    }

    private func one<Value>(
        _ values: [Value], else thing: ChatStoreError.Thing
    ) throws(ChatStoreError) -> Value {
        guard let value = values.first else { throw .notFound(thing) }
        return value
    }

    private static func conversation(_ row: QueryResult.Row) throws(PostgresError) -> Conversation {
        Conversation(
            id: try row.value(0), title: try row.optional(1),
            createdAt: try row.value(2, as: Timestamp.self).milliseconds,
            updatedAt: try row.value(3, as: Timestamp.self).milliseconds)
    }
}
