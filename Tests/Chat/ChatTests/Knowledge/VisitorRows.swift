import Foundation
import PostgreSQL
import TestSupport

/// Visitors and what they have written, put into a database by its owner.
struct VisitorRows {
    let database: TestDatabase

    func visitor(node: String = "acme") throws -> UUID {
        let id = UUID()
        try database.connect().run(
            "INSERT INTO sessions (id, node_id) VALUES (\(id)::uuid, \(node))")
        return id
    }

    @discardableResult
    func write(
        _ texts: [String], by visitor: UUID, role: String = "user", node: String = "acme"
    ) throws -> [UUID] {
        let conversation = UUID()
        let connection = try database.connect()
        try connection.run(
            """
            INSERT INTO conversations (id, session_id, node_id)
            VALUES (\(conversation)::uuid, \(visitor)::uuid, \(node))
            """)
        let rows = try connection.run(
            """
            INSERT INTO messages (conversation_id, session_id, node_id, position, role, content)
            SELECT \(conversation)::uuid, \(visitor)::uuid, \(node), t.position, \(role), t.content
            FROM unnest(\(texts)::text[]) WITH ORDINALITY AS t (content, position)
            ORDER BY t.position RETURNING id
            """)
        return try rows.map { try $0.value(0) }
    }
}
