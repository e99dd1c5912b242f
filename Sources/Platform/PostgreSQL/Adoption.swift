import Core

/// Adopts a database that already has tables with our names, without breaking the programs that use
/// them.
///
/// - Content tables (`robbieblocks_…`) stay where they are and gain the missing columns.
/// - Any other table whose name is taken by a table of another shape is left alone. Ours is created
///   in the schema `robbieblocks`, as are all tables that only we use. `Connection` puts that
///   schema first.
/// - Existing views and functions stay; ours with the same names are in the schema `robbieblocks`.
/// - Existing row triggers that report changes are disabled, because ours report them.
///
/// Adoption and all migrations run in one transaction: either the database is adopted, or it is
/// unchanged. Until the commit the adopted tables are in the schema `robbieblocks`, so that the
/// migrations, which create whatever is missing from the first schema, find them.
struct Adoption {
    static let schema = "robbieblocks"
    /// The row of `robbieblocks_migrations` that records whether existing pages were found.
    static let marker = (number: 0, withPages: "existing-pages", withoutPages: "existing-tables")

    /// The schema that existed before.
    let home: String
    let ours: SchemaShape
    let theirs: SchemaShape
    /// Names of the existing tables that we use from now on.
    let adopted: [String]
    /// Names of relations that already exist with another shape.
    let taken: [String]
    /// Existing views and functions, which stay unchanged.
    let kept: [String]
    /// Whether `schema` comes before `home`: only when existing names are in the way.
    var usesOwnSchema: Bool { !taken.isEmpty || !kept.isEmpty }

    /// Reads the existing relations, in the caller's transaction.
    ///
    /// The required shape comes from the migrations: they are applied in a schema of their own,
    /// which is then rolled back.
    ///
    /// - Returns: nil when none of our tables exists.
    /// - Throws: a diagnostic when a content table has a shape that cannot be adopted.
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
        // Related tables stay together: when one existing table has another shape, all of them
        // belong to another program.
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
