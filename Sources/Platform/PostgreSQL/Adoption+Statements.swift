import Core

extension Adoption {
    /// Prepares the database for the migrations.
    ///
    /// - Parameter note: called with messages for an admin.
    func begin(on connection: Connection, note: (String) -> Void) throws {
        try requireOwnership(on: connection)
        if !adopted.isEmpty { note("adopted the tables \(adopted.joined(separator: ", "))") }
        if !taken.isEmpty {
            note(
                "\(home) has other tables of these names, which stay as they are; ours are in the "
                    + "schema \(Self.schema): \(taken.joined(separator: ", "))")
        }
        if !kept.isEmpty {
            note(
                "\(home) has views or functions of these names, which stay as they are; ours are in "
                    + "the schema \(Self.schema): \(kept.joined(separator: ", "))")
        }
        try disableTriggers(on: connection, note: note)
        for table in adopted where Self.isContent(table) {
            try extend(table, on: connection, note: note)
        }
        if usesOwnSchema {
            try makeSchema(on: connection)
            for table in adopted { try move(table, from: home, to: Self.schema, on: connection) }
            try connection.run(
                """
                SELECT set_config('search_path',
                    \(Self.schema + ", ") || current_setting('search_path'), true)
                """)
        }
    }

    /// Moves the adopted tables back after the migrations have been applied.
    func end(on connection: Connection, note: (String) -> Void) throws {
        let pages: Bool = try connection.run("SELECT EXISTS (SELECT FROM robbieblocks_pages)")[0]
            .value(0)
        if pages { note("left the starter pages out, since there are pages already") }
        let name = pages ? Self.marker.withPages : Self.marker.withoutPages
        try connection.run(
            """
            INSERT INTO robbieblocks_migrations (number, name, sha256)
            VALUES (\(Self.marker.number)::integer, \(name), '')
            """)
        guard usesOwnSchema else { return }
        for table in adopted { try move(table, from: Self.schema, to: home, on: connection) }
    }

    private func requireOwnership(on connection: Connection) throws {
        let user: String = try connection.run("SELECT current_user::text")[0].value(0)
        for table in adopted where theirs.relations[table]?.isOurs == false {
            let owner = theirs.relations[table]?.owner ?? ""
            throw Diagnostic(
                .databaseError, "the table \(home).\(table) belongs to the role \(owner)",
                hint: "run init as that role, or let it run: "
                    + "ALTER TABLE \(home).\(table) OWNER TO \(user)")
        }
    }

    private func makeSchema(on connection: Connection) throws {
        let found = try connection.run(
            """
            SELECT EXISTS (SELECT FROM pg_class AS c WHERE c.relnamespace = n.oid),
                pg_has_role(n.nspowner, 'USAGE')
            FROM pg_namespace AS n WHERE n.nspname = \(Self.schema)
            """)
        if found.count == 0 {
            do {
                try connection.run("CREATE SCHEMA \(unsafeSQL: Self.schema)")
            } catch {
                guard error.sqlState == "42501" else { throw error }
                let user: String = try connection.run("SELECT current_user::text")[0].value(0)
                throw Diagnostic(
                    .databaseError, "this role may not make the schema \(Self.schema)",
                    hint: "a superuser runs: CREATE SCHEMA \(Self.schema) AUTHORIZATION \(user)")
            }
        } else if try found[0].value(0) || !found[0].value(1) {
            throw Diagnostic(
                .databaseError,
                "the schema \(Self.schema), which this database needs, is used by others",
                hint: "make room, such as with: ALTER SCHEMA \(Self.schema) RENAME TO "
                    + "\(Self.schema)_before")
        }
    }

    private func move(
        _ table: String, from: String, to: String, on connection: Connection
    ) throws {
        try Self.execute(
            "format('ALTER TABLE %I.%I SET SCHEMA %I', \(from)::text, \(table)::text, \(to)::text)",
            on: connection)
    }

    /// Runs the statement that an SQL expression returns.
    private static func execute(_ statement: Query, on connection: Connection) throws {
        let text: String = try connection.run("SELECT \(statement)")[0].value(0)
        try connection.run(Query(unsafeSQL: text))
    }

    /// Disables triggers that report each row, because their payload can make a large edit fail.
    private func disableTriggers(on connection: Connection, note: (String) -> Void) throws {
        let found = try connection.run(
            """
            SELECT c.relname, t.tgname FROM pg_trigger AS t
            JOIN pg_class AS c ON c.oid = t.tgrelid
            JOIN pg_namespace AS n ON n.oid = c.relnamespace
            JOIN pg_proc AS p ON p.oid = t.tgfoid
            WHERE n.nspname = \(home) AND c.relname = ANY (\(adopted)::text[])
                AND NOT t.tgisinternal AND t.tgenabled <> 'D'
                AND strpos(p.prosrc, 'robbieblocks_change') > 0
                -- Those of ours report statements.
                AND t.tgtype & 1 = 1
            ORDER BY 1, 2
            """)
        for (table, trigger) in try found.map({
            (try $0.value(0, as: String.self), try $0.value(1, as: String.self))
        }) {
            try Self.execute(
                """
                format('ALTER TABLE %I.%I DISABLE TRIGGER %I', \(home)::text, \(table)::text,
                    \(trigger)::text)
                """, on: connection)
            note(
                "disabled the trigger \(trigger), since edits are recorded without it; to have it "
                    + "back: ALTER TABLE \(home).\(table) ENABLE TRIGGER \(trigger)")
        }
    }

    // MARK: - Columns

    /// Adds the missing columns to an existing table, and allows the values that our table allows.
    private func extend(
        _ table: String, on connection: Connection, note: (String) -> Void
    ) throws {
        guard let ours = ours.relations[table], let theirs = theirs.relations[table] else { return }
        for name in ours.columnOrder {
            guard let column = ours.columns[name], !column.isComputed else { continue }
            if let other = theirs.columns[name] {
                if other.isRequired, !column.isRequired {
                    try alter(table, "ALTER COLUMN %I DROP NOT NULL", name, on: connection)
                }
                if Self.isNarrower(other.type, than: column.type) {
                    try widen(table, name, to: column.type, on: connection, note: note)
                }
            } else {
                try add(name, column, to: table, on: connection)
            }
        }
        for name in ["created_at", "updated_at"] where theirs.columns[name]?.isRequired == false {
            try fill(name, of: table, on: connection)
        }
        for (name, column) in theirs.columns.sorted(by: { $0.key < $1.key })
        where ours.columns[name] == nil && column.isRequired && column.fallback == nil
            && !column.isComputed
        {
            note(
                "rows of ours have no \(name) for \(home).\(table); give it a default: ALTER TABLE "
                    + "\(home).\(table) ALTER COLUMN \(name) SET DEFAULT …")
        }
        if table == "robbieblocks_page_blocks" { try countStrayBlocks(on: connection, note: note) }
        if table == "robbieblocks_change_triggers" {
            // Changes reported in the last 7 days are pending; all others count as processed.
            // Neither is pruned: 2 is the id of an old transaction.
            try connection.run(
                """
                UPDATE \(unsafeSQL: home).robbieblocks_change_triggers SET transaction_id = '2'
                WHERE processed_at IS NULL AND created_at > now() - interval '7 days'
                """)
        }
    }

    private func alter(
        _ table: String, _ change: String, _ column: String, on connection: Connection
    ) throws {
        let statement = "ALTER TABLE %I.%I \(change)"
        try Self.execute(
            "format(\(statement), \(home)::text, \(table)::text, \(column)::text)", on: connection)
    }

    private func add(
        _ name: String, _ column: SchemaShape.Column, to table: String, on connection: Connection
    ) throws {
        // The transactions of existing rows are unknown; a default would assign this transaction to
        // them.
        let isPast = name == "transaction_id"
        let type = column.type.replacingUTF8("%", with: "%%")
        let fallback =
            column.fallback.map { " DEFAULT \($0)" }?.replacingUTF8("%", with: "%%") ?? ""
        try alter(
            table,
            "ADD COLUMN %I \(type)" + (isPast ? "" : fallback)
                + (column.isRequired && !isPast ? " NOT NULL" : ""), name, on: connection)
        if isPast, let fallback = column.fallback {
            try alter(table, "ALTER COLUMN %I SET DEFAULT \(fallback)", name, on: connection)
        }
    }

    /// Whether an existing column holds fewer characters than ours.
    static func isNarrower(_ type: String, than wanted: String) -> Bool {
        guard type != wanted, SchemaShape.family(type) == SchemaShape.family(wanted),
            SchemaShape.family(type).hasUTF8Prefix("text"), type != "citext"
        else { return false }
        // Array operators require equal types.
        return wanted == "text[]" || length(of: type) < length(of: wanted)
    }

    private static func length(of type: String) -> Int {
        let digits = type.utf8.drop { $0 != UInt8(ascii: "(") }.dropFirst()
            .prefix { $0 != UInt8(ascii: ")") }
        return Int(String(decoding: digits, as: UTF8.self)) ?? .max
    }

    /// Widens a column, unless a view that uses the column prevents it.
    private func widen(
        _ table: String, _ column: String, to type: String, on connection: Connection,
        note: (String) -> Void
    ) throws {
        try connection.run("SAVEPOINT widening")
        do {
            try alter(table, "ALTER COLUMN %I TYPE \(type)", column, on: connection)
            try connection.run("RELEASE SAVEPOINT widening")
        } catch {
            guard let error = error as? PostgresError, error.sqlState == "0A000" else {
                throw error
            }
            try connection.run("ROLLBACK TO SAVEPOINT widening")
            note(
                "\(home).\(table).\(column) stays as narrow as it is, since a view shows it "
                    + "(\(error.detail ?? error.message))")
        }
    }

    /// Fills a column without firing the existing triggers, which would report it as an edit.
    private func fill(_ column: String, of table: String, on connection: Connection) throws {
        let qualified: String = try connection.run(
            "SELECT format('%I.%I', \(home)::text, \(table)::text)")[0].value(0)
        let isMissing: Bool = try connection.run(
            """
            SELECT EXISTS (SELECT FROM \(unsafeSQL: qualified) WHERE \(unsafeSQL: column) IS NULL)
            """)[0].value(0)
        guard isMissing else { return }
        let triggers = try connection.run(
            """
            SELECT quote_ident(tgname), tgenabled::text FROM pg_trigger
            WHERE tgrelid = \(qualified)::regclass AND NOT tgisinternal AND tgenabled <> 'D'
            """
        ).map { (try $0.value(0, as: String.self), try $0.value(1, as: String.self)) }
        for (trigger, _) in triggers {
            try connection.run(
                Query(unsafeSQL: "ALTER TABLE \(qualified) DISABLE TRIGGER \(trigger)"))
        }
        try connection.run(
            """
            UPDATE \(unsafeSQL: qualified) SET \(unsafeSQL: column) = now()
            WHERE \(unsafeSQL: column) IS NULL
            """)
        let words = ["R": "ENABLE REPLICA", "A": "ENABLE ALWAYS"]
        for (trigger, state) in triggers {
            let word = words[state] ?? "ENABLE"
            try connection.run(
                Query(unsafeSQL: "ALTER TABLE \(qualified) \(word) TRIGGER \(trigger)"))
        }
    }

    private func countStrayBlocks(on connection: Connection, note: (String) -> Void) throws {
        let count: Int = try connection.run(
            """
            SELECT count(*) FROM \(unsafeSQL: home).robbieblocks_page_blocks WHERE page_id IS NULL
            """)[0].value(0)
        if count > 0 {
            note(
                "\(count) rows of robbieblocks_page_blocks have no page and are ignored; to see "
                    + "them: SELECT * FROM \(home).robbieblocks_page_blocks WHERE page_id IS NULL")
        }
    }
}
