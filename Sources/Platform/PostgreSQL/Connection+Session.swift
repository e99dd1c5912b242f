import CLibPQ

extension Connection {
    /// Applies the settings on which result decoding and the names in statements rely.
    ///
    /// They are sent as statements instead of start-up parameters, because poolers such as
    /// PgBouncer reject those.
    ///
    /// - Parameter process: the server process that must run the statement for the settings to be
    ///   applied; nil for any process.
    /// - Returns: whether they were applied.
    @discardableResult
    func applySessionSettings(ifServedBy process: Int32?) throws(PostgresError) -> Bool {
        let given = startupOptions.map { "set_config(\($0.name), \($0.value), false)" as Query }
        if process == nil, !given.isEmpty {
            // Applied first, because the search path is read below.
            for setting in given { try run("SELECT \(setting)") }
        }
        let settings: [(String, String)] = [
            ("TimeZone", "UTC"), ("DateStyle", "ISO"), ("client_min_messages", "warning"),
            // The server must also notice when this side is gone, because it holds our locks.
            ("tcp_keepalives_idle", "5"), ("tcp_keepalives_interval", "3"),
            ("tcp_keepalives_count", "3"), ("tcp_user_timeout", "15000"),
        ]
        let calls = settings.map { "set_config('\($0)', '\($1)', false)" }
            .joined(separator: ", ")
        return try run(
            """
            SELECT \(unsafeSQL: calls), set_config('search_path', \(Self.searchPath), false),
                \(Self.encoding)
            WHERE \(process.map { Int($0) })::integer IS NULL
                OR pg_backend_pid() = \(process.map { Int($0) })::integer
            """
        ).count == 1
    }

    /// In an adopted database the schema `robbieblocks` comes first: it has the tables whose names
    /// were taken. It is used only when it belongs to a role that could change our tables anyway,
    /// so that no other role can put its own functions before ours.
    ///
    /// Schemas are listed by name, and "$user" is resolved, because it changes after `SET ROLE`.
    /// The schema of pgvector comes last, wherever an admin installed it.
    private static let searchPath: Query = """
        concat_ws(', ',
            (SELECT own.nspname
                FROM pg_namespace AS own
                JOIN pg_class AS history ON history.relnamespace = own.oid
                    AND history.relname = 'robbieblocks_migrations'
                JOIN pg_roles AS owner ON owner.oid = own.nspowner
                JOIN pg_database AS database ON database.datname = current_database()
                WHERE own.nspname = 'robbieblocks'
                    AND (owner.rolsuper OR owner.oid = database.datdba
                        OR pg_has_role(owner.oid, 'USAGE'))
                    AND (current_schemas(false))[1] IS DISTINCT FROM own.nspname
                    AND NOT EXISTS (
                        SELECT FROM pg_class AS other
                        JOIN pg_namespace AS schema ON schema.oid = other.relnamespace
                        WHERE other.relname = 'robbieblocks_migrations'
                            AND schema.nspname <> own.nspname
                            AND schema.nspname = ANY (current_schemas(false)))),
            coalesce(
                (SELECT string_agg(quote_ident(path.schema), ', ' ORDER BY path.place)
                    FROM unnest(current_schemas(false)) WITH ORDINALITY AS path (schema, place)),
                nullif(current_setting('search_path'), '')),
            (SELECT quote_ident(schema.nspname)
                FROM pg_extension AS extension
                JOIN pg_namespace AS schema ON schema.oid = extension.extnamespace
                -- Where no schema of the path exists, new tables belong in none.
                WHERE extension.extname = 'vector' AND current_schema() IS NOT NULL
                    AND schema.nspname <> ALL (current_schemas(true))))
        """

    /// A database without an encoding may hold any bytes. Read unchecked, invalid bytes affect one
    /// row; checked by the server, they make every statement that reads them fail.
    private static let encoding: Query = """
        CASE WHEN getdatabaseencoding() = 'SQL_ASCII'
            THEN set_config('client_encoding', 'SQL_ASCII', false) END
        """

    /// Whether the server rejects text that is invalid in the database's encoding.
    public var hasEncoding: Bool {
        PQparameterStatus(handle, "server_encoding").map { String(cString: $0) } != "SQL_ASCII"
    }

    /// Throws when a pooler assigns a session to each transaction.
    ///
    /// - Parameter purpose: the feature that needs the session: "build", "the chat".
    public func requireSession(for purpose: String) throws(PostgresError) {
        guard !keepsSession else { return }
        throw PostgresError(
            .pooling,
            "\(purpose) needs LISTEN, session advisory locks and session settings, and the "
                + "connection pooler at this address gives every transaction another session "
                + "(PgBouncer's pool_mode = transaction)",
            hint: "set pool_mode = session for this database in pgbouncer.ini, "
                + "or let DATABASE_URL name PostgreSQL itself")
    }

    /// Tests whether a pooler keeps this connection's session between transactions.
    ///
    /// A second connection takes sessions while this one is idle. When it gets this one's, or this
    /// one then gets another, sessions are shared. The test runs several rounds, because a pooler
    /// may hand out its sessions in turn.
    func keepsSession(through server: ConnectionTarget) throws(PostgresError) -> Bool {
        let rival: Connection
        do {
            rival = try Connection(opening: server)
            rival.statementDeadline = 1000
            rival.statements.isDisabled = true
            let own = try serverProcess()
            for _ in 0..<20 {
                try rival.run("BEGIN")
                let (taken, left) = (try rival.serverProcess(), try serverProcess())
                try rival.run("ROLLBACK")
                if taken == own || left != own { return false }
            }
            return true
        } catch {
            // A session pooler has no second session left. (A transaction pooler has: this
            // connection's own, which is idle.) A statement pooler rejects BEGIN.
            guard isUsable else { throw error }
            return error.sqlState == nil
        }
    }

    private func serverProcess() throws(PostgresError) -> Int {
        try run("SELECT pg_backend_pid()")[0].value(0)
    }
}

extension ConnectionTarget {
    /// Returns the settings in the target's `options`; nil when it has none, or options other than
    /// settings.
    func optionSettings() -> [(name: String, value: String)]? {
        guard let text = (try? parameters())?["options"] else { return nil }
        return Self.settings(inOptions: text)
    }

    /// Parses `-c name=value` and `--name=value`; a backslash escapes a space.
    static func settings(inOptions text: String) -> [(name: String, value: String)]? {
        var words: [[UInt8]] = [[]]
        var isEscaped = false
        for byte in text.utf8 {
            if isEscaped || !(byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\\")) {
                words[words.count - 1].append(byte)
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else {
                words.append([])
            }
        }
        var options: [(name: String, value: String)] = []
        var isSetting = false
        for word in words where !word.isEmpty {
            var word = word[...]
            if !isSetting {
                if word.elementsEqual("-c".utf8) {
                    isSetting = true
                    continue
                }
                guard word.starts(with: "-c".utf8) || word.starts(with: "--".utf8) else {
                    return nil
                }
                word = word.dropFirst(2)
            }
            isSetting = false
            guard let equals = word.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            options.append(
                (
                    String(decoding: word[..<equals], as: UTF8.self),
                    String(decoding: word[(equals + 1)...], as: UTF8.self)
                ))
        }
        return isSetting ? nil : options
    }
}
