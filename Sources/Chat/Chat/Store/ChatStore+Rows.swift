import Core
import PostgreSQL

extension ChatStore {
    /// Selects the messages for which a condition on `m` holds, with the columns that `message`
    /// reads.
    static func messages(_ condition: Query) -> Query {
        """
        SELECT m.id, m.conversation_id, m.role, m.content, m.status, m.source, m.model, m.citations,
            m.parent_id, m.superseded_at IS NULL, m.position, m.created_at, (
                SELECT array_agg(v.id ORDER BY v.position) FROM messages AS v
                WHERE v.id = coalesce(m.version_of, m.id)
                    OR v.version_of = coalesce(m.version_of, m.id))
        FROM messages AS m WHERE \(condition)
        """
    }

    static func message(_ row: QueryResult.Row) throws(PostgresError) -> Message {
        let bytes = try row.optional(7, as: JSONText.self)?.bytes ?? []
        let citations = bytes.count <= 2 ? nil : try? JSONValue(parsing: bytes)
        return Message(
            id: try row.value(0), conversation: try row.value(1),
            role: Message.Role(rawValue: try row.value(2)) ?? .user, text: try row.value(3),
            status: Message.Status(rawValue: try row.value(4)) ?? .complete,
            source: try row.optional(5, as: String.self).flatMap(Message.Source.init),
            model: try row.optional(6),
            citations: citations?.array?.compactMap(Citation.init) ?? [],
            parent: try row.optional(8), versions: try row.optional(12) ?? [],
            isCurrent: try row.value(9), position: try row.value(10),
            createdAt: try row.value(11, as: Timestamp.self).milliseconds)
    }
}
