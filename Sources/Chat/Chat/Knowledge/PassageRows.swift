import Core
import FoundationEssentials
import PostgreSQL

/// Reads passages and pages, with the words the database indexed for them.
enum PassageRows {
    /// `ts_rank` weights of a word, by where it occurs: in the passage's text, in code, in the
    /// title and the headings above, in the nearest heading.
    private static let passageWeights = "{0.55, 0.2, 0.8, 1}"
    /// The same for a page: the first is unused, then its description, its route and the text of
    /// links to it, its title.
    private static let pageWeights = "{0.1, 0.6, 0.8, 1}"

    static func query(of passages: [UUID]) -> Query {
        """
        SELECT p.id, p.document_id, p.ordinal, p.heading, coalesce(p.anchor, ''), p.content,
            length(p.content), w.lexemes, w.ranks
        FROM document_passages AS p, LATERAL (\(unsafeSQL: words("p", passageWeights))) AS w
        WHERE p.id = ANY (\(passages)::uuid[])
        """
    }

    /// Returns the words of pages as a whole.
    ///
    /// - Parameter isPassages: whether the ids are those of passages.
    static func pageWords(of ids: [UUID], isPassages: Bool = false) -> Query {
        """
        SELECT d.id, w.lexemes, w.ranks
        FROM documents AS d, LATERAL (\(unsafeSQL: words("d", pageWeights))) AS w
        WHERE d.id IN (\(unsafeSQL: documents(isPassages)) = ANY (\(ids)::uuid[]))
        """
    }

    private static func documents(_ isPassages: Bool) -> String {
        isPassages
            ? "SELECT p.document_id FROM document_passages AS p WHERE p.id"
            : "SELECT o.id FROM documents AS o WHERE o.id"
    }

    /// Returns the pages that contain the passages.
    static func pages(of passages: [UUID]) -> Query {
        """
        SELECT d.id, d.route, d.title, d.path, d.sha256, d.language::text,
            robbieblocks_document_weight(d.node_id, d.route)::float8
        FROM documents AS d
        WHERE d.id IN (\(unsafeSQL: documents(true)) = ANY (\(passages)::uuid[]))
        """
    }

    /// Builds an index of some passages.
    ///
    /// - Parameter rows: results of `query`, `pages` and `pageWords`.
    static func index(_ rows: [QueryResult], node: String) throws(PostgresError) -> WordIndex {
        var pages: [UUID: WordIndex.Page] = [:]
        for place in 0..<rows[1].count {
            let page = try page(rows[1][place])
            pages[page.document] = page
        }
        for place in 0..<rows[2].count {
            let row = rows[2][place]
            pages[try row.value(0, as: UUID.self)]?.words = try words(row, from: 1)
        }
        var entries: [WordIndex.Entry] = []
        for place in 0..<rows[0].count {
            let row = rows[0][place]
            guard let page = pages[try document(row)] else { continue }
            entries.append(try entry(row, of: page, node: node))
        }
        return WordIndex(entries, pages: Array(pages.values))
    }

    private static func words(_ table: String, _ weights: String) -> String {
        """
        SELECT coalesce(array_agg(f.lexeme), '{}') AS lexemes,
            coalesce(array_agg(ts_rank('\(weights)', \(table).search,
                ('''' || replace(replace(f.lexeme, '\\', '\\\\'), '''', '''''')
                    || '''')::tsquery)), '{}') AS ranks
        FROM unnest(\(table).search) AS f
        """
    }

    static func document(_ row: QueryResult.Row) throws(PostgresError) -> UUID {
        try row.value(1)
    }

    static func words(
        _ row: QueryResult.Row, from column: Int
    ) throws(PostgresError) -> [(word: String, rank: Float)] {
        let lexemes: [String] = try row.value(column)
        let ranks: [Float] = try row.value(column + 1)
        return Array(zip(lexemes, ranks))
    }

    /// - Parameter row: id, route, title, path, sha256, language, weight.
    static func page(_ row: QueryResult.Row) throws(PostgresError) -> WordIndex.Page {
        WordIndex.Page(
            document: try row.value(0), route: try row.value(1), title: try row.value(2),
            version: try PageVersion(row, path: 3, digest: 4), language: try row.value(5),
            weight: try row.value(6), words: [])
    }

    static func entry(
        _ row: QueryResult.Row, of page: WordIndex.Page, node: String
    ) throws(PostgresError) -> WordIndex.Entry {
        let anchor: String = try row.value(4)
        var passage = Passage(
            id: try row.value(0), node: node, route: page.route, title: page.title,
            heading: try row.value(3), anchor: anchor.isEmpty ? nil : anchor,
            text: try row.value(5))
        passage.quotation = QuotationEnvelope.barred(passage)
        passage.language = page.language
        let length = Double(try row.value(6, as: Int.self))
        // The text below a heading that is a question answers it, however short it is.
        let isAnswer = passage.heading.hasUTF8Suffix("?")
        return WordIndex.Entry(
            candidate: Candidate(passage: passage, version: page.version),
            document: page.document, ordinal: try row.value(2), words: try words(row, from: 7),
            substance: isAnswer ? 1 : min(1, 0.6 + length / 400))
    }
}
