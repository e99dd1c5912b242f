import Core

/// The tables, views and functions of one schema that could conflict with ours.
struct SchemaShape {
    struct Column: Hashable {
        /// In SQL's form, such as `character varying(255)`.
        var type: String
        var isRequired: Bool
        /// The expression; nil when there is none.
        var fallback: String?
        /// Whether the database computes the value: an identity or a generated column.
        var isComputed: Bool
    }

    struct Relation {
        /// The value of `pg_class.relkind`.
        var kind: String
        var owner: String
        /// Whether the connected role may alter it.
        var isOurs: Bool
        var columns: [String: Column] = [:]
        var columnOrder: [String] = []
        /// Whether `id` is unique.
        var hasKey = false

        var isTable: Bool { kind == "r" || kind == "p" }
    }

    var relations: [String: Relation] = [:]
    /// Names of functions.
    var functions: Set<String> = []

    /// Reads the shape of `schema`, without the objects of extensions.
    init(of schema: String, on connection: Connection) throws {
        let namespace: Query = "(SELECT oid FROM pg_namespace WHERE nspname = \(schema))"
        let results = try connection.run([
            """
            SELECT c.relname, c.relkind::text, pg_get_userbyid(c.relowner)::text,
                pg_has_role(c.relowner, 'USAGE'), a.attname,
                format_type(a.atttypid, a.atttypmod), a.attnotnull,
                CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END,
                a.attidentity <> '' OR a.attgenerated <> '',
                EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = c.oid AND i.indisunique
                    AND i.indpred IS NULL AND i.indnkeyatts = 1 AND i.indkey[0] = (
                        SELECT k.attnum FROM pg_attribute AS k
                        WHERE k.attrelid = c.oid AND k.attname = 'id'))
            FROM pg_class AS c
            LEFT JOIN pg_attribute AS a
                ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum
            WHERE c.relnamespace = \(namespace) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
                AND NOT EXISTS (SELECT FROM pg_depend AS e WHERE e.objid = c.oid
                    AND e.classid = 'pg_class'::regclass AND e.deptype = 'e')
            ORDER BY c.relname, a.attnum
            """,
            """
            SELECT DISTINCT p.proname FROM pg_proc AS p WHERE p.pronamespace = \(namespace)
                AND NOT EXISTS (SELECT FROM pg_depend AS e WHERE e.objid = p.oid
                    AND e.classid = 'pg_proc'::regclass AND e.deptype = 'e')
            """,
        ])
        for index in 0..<results[0].count {
            let row = results[0][index]
            let name: String = try row.value(0)
            let found = Relation(
                kind: try row.value(1), owner: try row.value(2), isOurs: try row.value(3))
            var relation = relations[name] ?? found
            relation.hasKey = try row.value(9)
            if let column: String = try row.optional(4) {
                relation.columns[column] = Column(
                    type: try row.value(5), isRequired: try row.value(6),
                    fallback: try row.optional(7), isComputed: try row.value(8))
                relation.columnOrder.append(column)
            }
            relations[name] = relation
        }
        functions = Set(try results[1].map { try $0.value(0, as: String.self) })
    }

    /// Returns why a table cannot serve as ours; empty when it can after adding columns.
    static func obstacles(of theirs: Relation, to ours: Relation) -> [String] {
        guard theirs.isTable else { return ["it is no table"] }
        var obstacles: [String] = []
        if ours.hasKey, !theirs.hasKey { obstacles.append("its id is not unique") }
        for (name, column) in ours.columns.sorted(by: { $0.key < $1.key }) {
            guard let other = theirs.columns[name] else {
                if column.isRequired, column.fallback == nil, !column.isComputed {
                    obstacles.append("it has no column \(name)")
                }
                continue
            }
            if !unread.contains(name), family(other.type) != family(column.type) {
                obstacles.append("\(name) is \(other.type) where \(column.type) is expected")
            }
        }
        return obstacles
    }

    /// Columns of the contract that our statements neither read nor write.
    private static let unread: Set<String> = ["created_by"]

    /// Returns the family of a type; our statements treat types of one family alike.
    static func family(_ type: String) -> String {
        let bare = String(type.unicodeScalars.prefix { $0 != "(" })
        let isArray = type.hasUTF8Suffix("[]")
        let name: String =
            switch bare.droppingUTF8Suffix("[]").map(String.init) ?? bare {
            case "text", "character varying", "character", "citext", "name": "text"
            case "smallint", "integer", "bigint": "integer"
            case let time where time.hasUTF8Prefix("timestamp"): "timestamp"
            case let other: other
            }
        return isArray ? name + "[]" : name
    }
}
