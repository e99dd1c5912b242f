import Core

/// Makes a database that has tables of our names ours, too, without taking it from others.
///
/// - Tables of the content (`robbieblocks_…`) stay where they are and gain what they lack.
/// - A table of another purpose whose name is taken by another shape is left alone; ours is made in
///   the schema `robbieblocks`, and so is everything that is ours alone. `Connection` puts that
///   schema first.
/// - Views and functions of theirs stay; ours of the same names are in the schema `robbieblocks`.
/// - Row triggers of theirs that report changes are disabled: ours do.
///
/// All of it is one transaction, together with every migration: a database is adopted, or it is as it
/// was. While it lasts the adopted tables are in the schema `robbieblocks`, so that migrations, which
/// make what is not in the first schema, find them.
struct Adoption {
    static let schema = "robbieblocks"
    /// The row of `robbieblocks_migrations` that says what was found: pages, or none.
    static let marker = (number: 0, withPages: "existing-pages", withoutPages: "existing-tables")

    /// The schema that was there.
    let home: String
    let ours: SchemaShape
    let theirs: SchemaShape
    /// Tables that serve as ours from now on, by name.
    let adopted: [String]
    /// Relations whose names are taken.
    let taken: [String]
    /// Views and functions of theirs that stay as they are.
    let kept: [String]
    /// How often `schema` comes before `home`: not where nothing is in the way.
    var usesOwnSchema: Bool { !taken.isEmpty || !kept.isEmpty }

    /// Finds out what is there, in a transaction of the caller's.
    ///
    /// What we need is known from the migrations themselves: they are applied in a schema of their
    /// own, which is then rolled back.
    ///
    /// - Returns: nil when nothing of ours is there.
    /// - Throws: a diagnostic when a table of the content has a shape that cannot be adopted.
    init?(on connection: Connection, scripts: [String]) throws {
        let path = try connection.run(
            """
            SELECT schema FROM unnest(current_schemas(false)) WITH ORDINALITY AS path (schema, place)
            ORDER BY schema = \(Self.schema), place LIMIT 1
            """)
        guard path.count == 1 else { return nil }
        home = try path[0].value(0)
        theirs = try SchemaShape(of: home, on: connection)
        guard !theirs.relations.isEmpty else { return nil }

        let scratch = "robbieblocks_trial"
        try connection.run([
            "SAVEPOINT trial", "CREATE SCHEMA \(unsafeSQL: scratch)",
            """
            SELECT set_config('search_path', \(scratch + ", ") || current_setting('search_path'), true)
            """,
        ])
        for script in scripts { try connection.run(script: script) }
        ours = try SchemaShape(of: scratch, on: connection)
        try connection.run("ROLLBACK TO SAVEPOINT trial")

        var (adopted, taken, kept): ([String], [String], [String]) = ([], [], [])
        var refusals: [String] = []
        var isOthersTaken = false
        for (name, relation) in ours.relations.sorted(by: { $0.key < $1.key }) {
            guard let other = theirs.relations[name] else { continue }
            if relation.isTable {
                let obstacles = SchemaShape.obstacles(of: other, to: relation)
                if !Self.isContent(name) {
                    taken.append(name)
                    if !obstacles.isEmpty { isOthersTaken = true }
                } else if obstacles.isEmpty {
                    adopted.append(name)
                } else {
                    refusals.append("\(name): \(obstacles.joined(separator: ", "))")
                }
            } else if relation.columnOrder != other.columnOrder || other.kind != relation.kind {
                kept.append(name)
            }
        }
        // Tables that belong together stay together: when one of theirs has another shape, all of
        // them serve another program.
        if !isOthersTaken {
            adopted += taken
            taken = []
        }
        kept += ["get_node_styles", "get_page_config"].filter(theirs.functions.contains)
        guard refusals.isEmpty else {
            throw Diagnostic(
                .databaseError,
                "tables of this database cannot be adopted: \(refusals.joined(separator: "; "))",
                hint: "change the columns, or make room, such as with: ALTER TABLE "
                    + "\(home).\(String(refusals[0].unicodeScalars.prefix { $0 != ":" })) RENAME TO "
                    + "\(String(refusals[0].unicodeScalars.prefix { $0 != ":" }))_before")
        }
        guard !(adopted.isEmpty && taken.isEmpty && kept.isEmpty) else { return nil }
        (self.adopted, self.taken, self.kept) = (adopted, taken, kept)
    }

    static func isContent(_ table: String) -> Bool { table.hasUTF8Prefix("robbieblocks_") }
}
