import Core
import FoundationEssentials
import PostgreSQL
import System

/// Maintains the rows of one node's index, on its own thread and connection.
///
/// Only one process writes a node's index at a time: the connection holds an advisory lock.
actor IndexWriter {
    private let executor = ThreadExecutor(name: "knowledge")
    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.asUnownedSerialExecutor()
    }

    private let target: ConnectionTarget
    private let site: LiveSite
    private var connection: Connection?
    private var known: [String: KnownPage] = [:]
    /// The kind of vector search the database supports.
    private(set) var vectors = VectorSupport.none

    /// Pages written in one transaction.
    private static let batch = 64

    init(_ target: ConnectionTarget, site: LiveSite) {
        self.target = target
        self.site = site
    }

    var node: String { site.node }

    /// The result of a call of `update`.
    struct Outcome: Hashable, Sendable {
        var read = 0
        var removed = 0
        /// Live pages that the index already had.
        var unchanged = 0
    }

    /// Connects if necessary, and claims the right to write this index.
    ///
    /// - Parameter reloads: whether to read the indexed rows again, because they may have changed.
    /// - Returns: false when another process holds the claim.
    func claim(reloads: Bool) throws -> Bool {
        if let connection, connection.isOpen {
            if reloads { known = try loadKnown(connection) }
            return true
        }
        connection = nil
        let connection = try Connection(to: target)
        try connection.requireSession(for: "the chat's index")
        let lock = try connection.run("SELECT pg_try_advisory_lock(\(lockKey)::bigint)")
        guard try lock[0].value(0, as: Bool.self) else { return false }
        let support = try connection.run("SELECT robbieblocks_enable_vectors()")
        vectors = VectorSupport(rawValue: try support[0].value(0)) ?? .none
        known = try loadKnown(connection)
        self.connection = connection
        return true
    }

    /// Differs from the lock that a build of the node takes.
    private var lockKey: Int {
        Int(bitPattern: UInt(SHA256Digest(hashing: "knowledge of \(node)").prefix))
    }

    private func loadKnown(_ connection: Connection) throws -> [String: KnownPage] {
        let rows = try connection.run(
            "SELECT path, bytes, modified FROM documents WHERE node_id = \(node)")
        let pages = try rows.map { row in
            (
                try row.value(0, as: String.self),
                KnownPage(bytes: try row.value(1), modified: try row.value(2))
            )
        }
        return Dictionary(pages) { $1 }
    }

    /// Closes the connection, which releases the lock.
    func close() { connection = nil }

    func open() throws(PostgresError) -> Connection {
        guard let connection else { throw PostgresError(.connection, "the connection was lost") }
        return connection
    }

    /// Brings the index in line with the pages that are live now.
    func update() throws -> Outcome {
        let connection = try open()
        guard let live = site.pages() else { return Outcome() }
        let plan = IndexPlan(live: live, known: known)
        var outcome = Outcome(
            read: 0, removed: plan.remove.count, unchanged: live.count - plan.read.count)
        // Deletes first, so that removed pages are no longer quoted.
        for start in stride(from: 0, to: plan.remove.count, by: 1000) {
            try remove(Array(plan.remove[start..<min(start + 1000, plan.remove.count)]), connection)
        }
        guard let tree = site.tree() else { return outcome }
        for start in stride(from: 0, to: plan.read.count, by: Self.batch) {
            try Task.checkCancellation()
            let pages = plan.read[start..<min(start + Self.batch, plan.read.count)]
                // A page that is gone by now is removed by the next update.
                .compactMap { try? ReadPage($0, in: tree) }
            try write(pages, connection)
            outcome.read += pages.count
        }
        return outcome
    }

    private func remove(_ paths: [String], _ connection: Connection) throws {
        // Link texts on the deleted pages also count as names of their targets, so the targets
        // change too.
        let linked = try linkedRoutes(of: paths, connection)
        try connection.run([
            "DELETE FROM documents WHERE node_id = \(node) AND path = ANY (\(paths)::text[])",
            describe(linked), refresh,
        ])
        for path in paths { known[path] = nil }
    }

    /// Returns the routes that some pages link to, according to the rows.
    private func linkedRoutes(of paths: [String], _ connection: Connection) throws -> [String] {
        let rows = try connection.run(
            """
            SELECT DISTINCT l.route FROM document_links AS l JOIN documents AS d ON d.id = l.document_id
            WHERE d.node_id = \(node) AND d.path = ANY (\(paths)::text[])
            """)
        return try rows.map { try $0.value(0) }
    }

    private func describe(_ routes: [String]) -> Query {
        "SELECT robbieblocks_describe_documents(\(node), \(routes)::text[])"
    }

    private func write(_ pages: [ReadPage], _ connection: Connection) throws {
        guard !pages.isEmpty else { return }
        let paths = pages.map(\.page.path)
        let links = pages.flatMap { page in page.document.links.map { (page.page.path, $0) } }
        let described =
            Set(try linkedRoutes(of: paths, connection) + links.map(\.1.route))
            .union(pages.map(\.page.route)).sorted()
        let passages = pages.flatMap { page in
            zip(page.document.passages, page.passageDigests).enumerated().map { ordinal, entry in
                (page.page.path, ordinal, entry.0, entry.1.description)
            }
        }
        let owners = passages.map(\.0)
        let digests = passages.map(\.3)
        try connection.run([
            """
            INSERT INTO documents
                (node_id, path, route, title, description, language, sha256, bytes, modified)
            SELECT \(node), d.path, d.route, d.title, d.description,
                robbieblocks_search_language(d.language), decode(d.digest, 'hex'), d.bytes, d.modified
            FROM unnest(\(paths)::text[], \(pages.map(\.page.route))::text[],
                \(pages.map(\.document.title))::text[],
                \(pages.map(\.document.description))::text[],
                \(pages.map(\.document.language))::text[],
                \(pages.map(\.digest.description))::text[], \(pages.map(\.page.bytes))::bigint[],
                \(pages.map(\.page.modified))::bigint[])
                AS d (path, route, title, description, language, digest, bytes, modified)
            ON CONFLICT (node_id, path) DO UPDATE SET route = excluded.route,
                title = excluded.title, description = excluded.description, language = excluded.language, sha256 = excluded.sha256,
                bytes = excluded.bytes, modified = excluded.modified
            """,
            """
            DELETE FROM document_passages AS p USING documents AS d
            WHERE d.id = p.document_id AND d.node_id = \(node) AND d.path = ANY (\(paths)::text[])
                AND NOT EXISTS (
                    SELECT 1 FROM unnest(\(owners)::text[], \(digests)::text[]) AS n (path, digest)
                    WHERE n.path = d.path AND decode(n.digest, 'hex') = p.sha256)
            """,
            """
            INSERT INTO document_passages (document_id, node_id, ordinal, heading, context, anchor,
                content, sha256, search)
            SELECT d.id, d.node_id, n.ordinal, n.heading, n.context, nullif(n.anchor, ''),
                n.content, decode(n.digest, 'hex'),
                setweight(robbieblocks_heading_words(d.language, n.heading), 'A')
                    || setweight(to_tsvector(d.language, d.title || ' ' || n.context), 'B')
                    || to_tsvector(d.language, n.prose)
                    || setweight(to_tsvector(d.language, n.code), 'C')
            FROM unnest(\(owners)::text[], \(passages.map(\.1))::integer[],
                \(passages.map(\.2.heading))::text[],
                \(passages.map { $0.2.context.joined(separator: "\n") })::text[],
                \(passages.map { $0.2.anchor ?? "" })::text[],
                \(passages.map(\.2.text))::text[], \(pages.flatMap(\.prose))::text[],
                \(passages.map(\.2.code))::text[], \(digests)::text[])
                AS n (path, ordinal, heading, context, anchor, content, prose, code, digest)
            JOIN documents AS d ON d.node_id = \(node) AND d.path = n.path
            ON CONFLICT (document_id, sha256) DO UPDATE SET ordinal = excluded.ordinal,
                search = excluded.search
            """,
            """
            DELETE FROM document_links AS l USING documents AS d
            WHERE d.id = l.document_id AND d.node_id = \(node) AND d.path = ANY (\(paths)::text[])
            """,
            """
            INSERT INTO document_links (document_id, node_id, route, label)
            SELECT d.id, d.node_id, n.route, n.label
            FROM unnest(\(links.map(\.0))::text[], \(links.map(\.1.route))::text[],
                \(links.map(\.1.label))::text[]) AS n (path, route, label)
            JOIN documents AS d ON d.node_id = \(node) AND d.path = n.path
            ON CONFLICT DO NOTHING
            """,
            describe(described), refresh,
        ])
        for page in pages {
            known[page.page.path] = KnownPage(
                bytes: page.page.bytes, modified: page.page.modified)
        }
    }

    /// Counts the index's passages and records the time of writing.
    private var refresh: Query {
        """
        INSERT INTO document_indexes (node_id, passages, languages)
        SELECT \(node), (SELECT count(*) FROM document_passages AS p WHERE p.node_id = \(node)),
            coalesce((SELECT array_agg(DISTINCT d.language) FROM documents AS d
                WHERE d.node_id = \(node)), '{}')
        ON CONFLICT (node_id) DO UPDATE SET passages = excluded.passages,
            languages = excluded.languages, updated_at = excluded.updated_at
        """
    }
}

extension IndexWriter {
    /// A passage without a vector of the current model, with the text to embed.
    struct Pending: Hashable, Sendable {
        var id: UUID
        var text: String
    }

    /// Returns some of the passages that have no vector of this model yet.
    func pending(model: String, limit: Int) throws -> [Pending] {
        guard vectors != .none else { return [] }
        let rows = try open().run(
            """
            SELECT p.id, concat_ws(E'\\n', nullif(d.title, ''), nullif(p.context, ''),
                nullif(p.heading, ''), p.content)
            FROM document_passages AS p JOIN documents AS d ON d.id = p.document_id
            LEFT JOIN passage_embeddings AS e ON e.passage_id = p.id AND e.model = \(model)
            WHERE p.node_id = \(node) AND e.passage_id IS NULL
            ORDER BY p.document_id, p.ordinal LIMIT \(limit)::integer
            """)
        return try rows.map { Pending(id: try $0.value(0), text: try $0.value(1)) }
    }

    /// Stores the vectors of passages that still exist.
    func store(_ embeddings: [Embedding], of passages: [Pending]) throws {
        guard let first = embeddings.first else { return }
        let dimensions = first.vector.count
        try open().run([
            "SELECT robbieblocks_index_vectors('passage_embeddings', \(dimensions)::integer)",
            """
            INSERT INTO passage_embeddings (passage_id, node_id, model, dimensions, embedding)
            SELECT p.id, p.node_id, \(first.model), \(dimensions)::integer, n.embedding::vector
            FROM unnest(\(passages.map(\.id))::uuid[], \(embeddings.map(\.text))::text[])
                AS n (id, embedding)
            JOIN document_passages AS p ON p.id = n.id
            ON CONFLICT (passage_id) DO UPDATE SET model = excluded.model,
                dimensions = excluded.dimensions, embedding = excluded.embedding
            """,
        ])
    }
}
