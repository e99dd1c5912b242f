import FoundationEssentials
import PostgreSQL
import Synchronization
import SystemSupport

/// Keeps a copy of a node's passages in memory, so that a question of words need not ask the database.
///
/// The rows stay what counts: the copy follows them, whoever writes them, and reads only what has
/// changed. A copy that is behind finds less than the rows would; what it finds is still quoted only if
/// it is live.
actor PassageMirror {
    /// Passages that are read in one round trip.
    private static let batch = 500

    /// What a search needs.
    struct Copy: Sendable {
        var index: WordIndex
        var folding: WordFolding
    }

    private let node: String
    private let pool: ConnectionPool
    private let limit: Int
    private let shown = Mutex<Copy?>(nil)
    /// When the rows were written that the copy is of, in microseconds since 1970.
    private var version = 0
    private var entries: [UUID: WordIndex.Entry] = [:]

    /// - Parameter limit: a node with more passages is searched in the database.
    init(node: String, pool: ConnectionPool, limit: Int) {
        self.node = node
        self.pool = pool
        self.limit = limit
    }

    /// How often it is looked whether another process has written rows.
    private static let interval = Duration.seconds(2)
    private let (changes, change) = AsyncStream.makeStream(
        of: Void.self, bufferingPolicy: .bufferingNewest(1))

    /// Follows the rows until the task is cancelled. While the database is away the copy stays what it
    /// is.
    func follow() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                repeat { self.look() } while (try? await Task.sleep(for: Self.interval)) != nil
            }
            for await _ in changes { try? await refresh() }
            group.cancelAll()
        }
    }

    /// Has `follow` look at the rows at once.
    nonisolated func look() { change.yield() }

    /// nil until it was read, and when the node has too many passages.
    nonisolated var copy: Copy? { shown.withLock { $0 } }

    /// Reads what has changed, if anything.
    func refresh() async throws(PostgresError) {
        let states = try await pool.run(
            """
            SELECT (extract(epoch FROM updated_at) * 1000000)::bigint, passages, languages::text[]
            FROM document_indexes WHERE node_id = \(node)
            """)
        guard states.count > 0 else { return }
        let newest: Int = try states[0].value(0)
        let passages: Int = try states[0].value(1)
        let languages: [String] = try states[0].value(2)
        guard newest != version else { return }
        guard passages <= limit else {
            (version, entries) = (newest, [:])
            return shown.withLock { $0 = nil }
        }
        var known = entries
        try await read(into: &known)
        let index = WordIndex(Array(known.values))
        (version, entries) = (newest, known)
        shown.withLock { shown in
            let folding =
                shown.flatMap { $0.folding.languages == languages ? $0.folding : nil }
                ?? WordFolding(languages, pool: pool)
            shown = Copy(index: index, folding: folding)
        }
    }

    /// Makes the entries those of the rows.
    private func read(
        into entries: inout [UUID: WordIndex.Entry]
    ) async throws(PostgresError) {
        let lists = try await pool.run([
            "SELECT id, route, title, path, sha256 FROM documents WHERE node_id = \(node)",
            """
            SELECT id, document_id, ordinal FROM document_passages
            WHERE node_id = \(node) LIMIT \(limit)::integer
            """,
        ])
        var pages: [UUID: Page] = [:]
        for index in 0..<lists[0].count {
            let row = lists[0][index]
            let id: UUID = try row.value(0)
            pages[id] = try Page(row)
        }
        var kept: [UUID: WordIndex.Entry] = [:]
        var missing: [UUID] = []
        for index in 0..<lists[1].count {
            let row = lists[1][index]
            let (id, document) = (try row.value(0, as: UUID.self), try row.value(1, as: UUID.self))
            guard let page = pages[document] else { continue }
            guard var entry = entries[id], entry.candidate.passage.title == page.title else {
                missing.append(id)
                continue
            }
            entry.ordinal = try row.value(2)
            // A passage that an edit of its page left alone has another version of the page all the same.
            entry.candidate.version = page.version
            kept[id] = entry
        }
        for start in stride(from: 0, to: missing.count, by: Self.batch) {
            let some = Array(missing[start..<min(start + Self.batch, missing.count)])
            let rows = try await pool.run(
                """
                SELECT p.id, p.document_id, p.ordinal, p.heading, coalesce(p.anchor, ''), p.content,
                    length(p.content), w.lexemes, w.ranks
                FROM document_passages AS p, LATERAL (
                    SELECT coalesce(array_agg(f.lexeme), '{}') AS lexemes,
                        coalesce(array_agg(ts_rank('{0.55, 0.7, 0.8, 1}', p.search,
                            ('''' || replace(replace(f.lexeme, '\\', '\\\\'), '''', '''''')
                                || '''')::tsquery)), '{}') AS ranks
                    FROM unnest(p.search) AS f) AS w
                WHERE p.id = ANY (\(some)::uuid[])
                """)
            for index in 0..<rows.count {
                let row = rows[index]
                guard let page = pages[try row.value(1)] else { continue }
                let entry = try WordIndex.Entry(row, of: page, node: node)
                kept[entry.candidate.id] = entry
            }
        }
        entries = kept
    }

    /// A document, as far as its passages tell of it.
    fileprivate struct Page {
        var route: String
        var title: String
        var version: PageVersion

        init(_ row: QueryResult.Row) throws(PostgresError) {
            route = try row.value(1)
            title = try row.value(2)
            version = try PageVersion(row, path: 3, digest: 4)
        }
    }
}

extension WordIndex.Entry {
    fileprivate init(
        _ row: QueryResult.Row, of page: PassageMirror.Page, node: String
    ) throws(PostgresError) {
        let anchor: String = try row.value(4)
        var passage = Passage(
            id: try row.value(0), node: node, route: page.route, title: page.title,
            heading: try row.value(3), anchor: anchor.isEmpty ? nil : anchor,
            text: try row.value(5))
        passage.quotation = QuotationEnvelope.barred(passage)
        candidate = Candidate(passage: passage, version: page.version)
        document = try row.value(1)
        ordinal = try row.value(2)
        substance = min(1, 0.5 + Double(try row.value(6, as: Int.self)) / 400)
        let lexemes: [String] = try row.value(7)
        let ranks: [Float] = try row.value(8)
        words = Array(zip(lexemes, ranks))
    }
}
