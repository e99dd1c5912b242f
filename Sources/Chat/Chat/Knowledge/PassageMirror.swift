import FoundationEssentials
import PostgreSQL
import Synchronization
import System

/// Keeps a copy of a node's passages in memory, so that a search by words needs no database query.
///
/// The rows remain authoritative: the copy follows them, whichever process writes them, and reads
/// only the changes. An outdated copy may miss passages, but whatever it finds is quoted only if it
/// is live.
actor PassageMirror {
    /// Passages read in one round trip.
    private static let batch = 500

    /// The data that a search uses.
    struct Copy: Sendable {
        /// nil for a node with too many passages, which are searched in the database.
        var index: WordIndex?
        var spelling: Spelling?
        var folding: WordFolding
        /// The site's contact page.
        var contact: WordIndex.Page?
    }

    private let node: String
    private let pool: ConnectionPool
    private let limit: Int
    private let shown = Mutex<Copy?>(nil)
    private let followers = Mutex(0)
    /// When the copied rows were written, in microseconds since 1970.
    private var version = 0
    /// The refresh in progress.
    private var refreshing: Task<PostgresError?, Never>?
    private var entries: [UUID: WordIndex.Entry] = [:]
    private var pages: [UUID: ReadPage] = [:]
    private var vocabulary = Vocabulary()

    /// - Parameter limit: a node with more passages is searched in the database.
    init(node: String, pool: ConnectionPool, limit: Int) {
        self.node = node
        self.pool = pool
        self.limit = limit
    }

    /// How often to check for rows written by another process.
    private static let interval = Duration.seconds(2)
    private let (changes, change) = AsyncStream.makeStream(
        of: Void.self, bufferingPolicy: .bufferingNewest(1))

    /// Follows the rows until the task is cancelled. The copy stays unchanged while the database is
    /// unavailable.
    func follow() async {
        followers.withLock { $0 += 1 }
        defer { followers.withLock { $0 -= 1 } }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                repeat { self.look() } while (try? await Task.sleep(for: Self.interval)) != nil
            }
            for await _ in changes { try? await refresh() }
            group.cancelAll()
        }
    }

    /// Makes `follow` check the rows at once.
    nonisolated func look() { change.yield() }

    /// Whether the copy is kept up to date.
    nonisolated var isFollowed: Bool { followers.withLock { $0 > 0 } }

    /// nil until the rows have been read.
    nonisolated var copy: Copy? { shown.withLock { $0 } }

    /// Reads what has changed, if anything. Concurrent calls run one after another.
    func refresh() async throws(PostgresError) {
        while let refreshing { _ = await refreshing.value }
        let task = Task { () -> PostgresError? in
            defer { refreshing = nil }
            do throws(PostgresError) {
                try await readChanges()
                return nil
            } catch {
                return error
            }
        }
        refreshing = task
        if let error = await task.value { throw error }
    }

    private func readChanges() async throws(PostgresError) {
        let states = try await pool.run(
            """
            SELECT (extract(epoch FROM i.updated_at) * 1000000)::bigint, i.passages, ARRAY(
                SELECT d.language::text FROM documents AS d WHERE d.node_id = i.node_id
                GROUP BY d.language ORDER BY count(*) DESC, d.language::text)
            FROM document_indexes AS i WHERE i.node_id = \(node)
            """)
        guard states.count > 0 else { return }
        let newest: Int = try states[0].value(0)
        let passages: Int = try states[0].value(1)
        let languages: [String] = try states[0].value(2)
        guard newest != version else { return }
        let folding =
            copy.flatMap { Self.isFor(languages, $0.folding) ? $0.folding : nil }
            ?? WordFolding(pages: languages, pool: pool)
        guard passages <= limit else {
            (version, entries, pages, vocabulary) = (newest, [:], [:], Vocabulary())
            return shown.withLock { $0 = Copy(folding: folding) }
        }
        try await read()
        let index = WordIndex(Array(entries.values), pages: Array(pages.values.map(\.page)))
        let names = try await folding.fold(Concepts.contactNames)
        let contact = index.page(
            called: Concepts.contactNames,
            folded: Set(names.values.flatMap { $0.prefix(folding.pageLanguages).joined() }),
            near: Set(try await folding.foldedConcepts().lexemes[Concepts.contact]))
        let copy = Copy(
            index: index, spelling: Spelling(vocabulary.counts), folding: folding,
            contact: contact)
        version = newest
        shown.withLock { $0 = copy }
    }

    private static func isFor(_ languages: [String], _ folding: WordFolding) -> Bool {
        Array(folding.languages.prefix(folding.pageLanguages)) == languages
    }

    /// A page, and when its row was written.
    private struct ReadPage {
        var page: WordIndex.Page
        var updated: Int
    }

    /// Updates the entries from the rows. A failure leaves the entries unchanged.
    private func read() async throws(PostgresError) {
        let lists = try await pool.run([
            """
            SELECT id, route, title, path, sha256, language::text,
                robbieblocks_document_weight(node_id, route)::float8,
                (extract(epoch FROM updated_at) * 1000000)::bigint
            FROM documents WHERE node_id = \(node)
            """,
            """
            SELECT id, document_id, ordinal FROM document_passages
            WHERE node_id = \(node) LIMIT \(limit)::integer
            """,
        ])
        let pages = try await readPages(lists[0])
        var kept: [UUID: WordIndex.Entry] = [:]
        var missing: [UUID] = []
        for index in 0..<lists[1].count {
            let row = lists[1][index]
            let (id, document) = (try row.value(0, as: UUID.self), try row.value(1, as: UUID.self))
            guard let page = pages[document]?.page else { continue }
            guard var entry = entries[id], entry.candidate.passage.title == page.title else {
                missing.append(id)
                continue
            }
            entry.ordinal = try row.value(2)
            // The page's version changes even for passages that the edit left alone.
            entry.candidate.version = page.version
            kept[id] = entry
        }
        for start in stride(from: 0, to: missing.count, by: Self.batch) {
            let some = Array(missing[start..<min(start + Self.batch, missing.count)])
            let rows = try await pool.run(PassageRows.query(of: some))
            for index in 0..<rows.count {
                let row = rows[index]
                guard let page = pages[try PassageRows.document(row)]?.page else { continue }
                let entry = try PassageRows.entry(row, of: page, node: node)
                kept[entry.candidate.id] = entry
            }
        }
        for (id, entry) in kept where entries[id] == nil { vocabulary.add(entry.candidate.passage) }
        for (id, entry) in entries where kept[id] == nil {
            vocabulary.remove(entry.candidate.passage)
        }
        (self.pages, entries) = (pages, kept)
    }

    /// Returns the pages of rows, reusing those whose row has not changed.
    private func readPages(_ rows: QueryResult) async throws(PostgresError) -> [UUID: ReadPage] {
        var read: [UUID: ReadPage] = [:]
        var missing: [UUID] = []
        for index in 0..<rows.count {
            let row = rows[index]
            var page = ReadPage(page: try PassageRows.page(row), updated: try row.value(7))
            let known = pages[page.page.document]
            if let known, known.updated == page.updated {
                page.page.words = known.page.words
            } else {
                missing.append(page.page.document)
            }
            read[page.page.document] = page
        }
        for start in stride(from: 0, to: missing.count, by: Self.batch) {
            let some = Array(missing[start..<min(start + Self.batch, missing.count)])
            let words = try await pool.run(PassageRows.pageWords(of: some))
            for index in 0..<words.count {
                let row = words[index]
                read[try row.value(0, as: UUID.self)]?.page.words = try PassageRows.words(
                    row, from: 1)
            }
        }
        return read
    }
}
