import Core
import System

extension LedgerConnection {
    private static let pageColumns = "id, key, file, fingerprint, version, due, inputs"

    /// Reads records; the few distinct lists of inputs are shared.
    private struct PageReader {
        var inputs: [String: [String]] = [:]

        mutating func page(_ row: Row) throws -> PageRecord {
            PageRecord(
                id: try row.text(0), key: try row.text(1), file: try row.text(2),
                fingerprint: try row.digest(3), version: Int64(try row.integer(4)),
                due: try row.optionalInteger(5), inputs: list(try row.text(6)))
        }

        private mutating func list(_ text: String) -> [String] {
            if let known = inputs[text] { return known }
            let list = text.splitUTF8(separator: "\n").map(String.init)
            inputs[text] = list
            return list
        }
    }

    func page(id: String) throws -> PageRecord? {
        var reader = PageReader()
        return try database.first(
            "SELECT \(Self.pageColumns) FROM pages WHERE id = ?", .text(id)
        ) { try reader.page($0) }
    }

    func state() throws -> PublishedState {
        var state = PublishedState()
        state.release =
            try database.first("SELECT max(number) FROM releases") {
                try $0.optionalInteger(0)
            }.flatMap(\.self) ?? 0
        let count = try database.first("SELECT count(*) FROM pages") { try $0.integer(0) } ?? 0
        state.pages.reserveCapacity(count)
        var reader = PageReader()
        try database.forEach("SELECT \(Self.pageColumns) FROM pages") { row in
            let page = try reader.page(row)
            state.pages[page.id] = page
        }
        let files = Set(state.pages.values.lazy.map(\.file).filter { $0.hasUTF8Suffix(".html") })
        guard try files.count >= newestRelease()?.0.pages ?? 0 else {
            throw DamagedFolder(
                message: "the ledger contradicts itself: release \(state.release) has more pages "
                    + "than it remembers", path: database.path)
        }
        if try hasRepairs, try hasLostFiles {
            state.hasLostFiles = true
            // Such a page has no last good version that could stay while it fails.
            let lost = Set(try lostFiles().map(\.path))
            state.pages = state.pages.filter { !lost.contains($0.value.file) }
        }
        state.inputs = try inputs()
        state.provenance = try provenance()
        state.failures = try failures()
        state.branding = try branding()
        return state
    }

    /// Returns the outlines of some pages, by id.
    func outlines(of ids: Set<String>) throws -> [String: String] {
        guard try hasOutlines else { return [:] }
        var outlines: [String: String] = [:]
        for id in ids {
            outlines[id] = try database.first(
                "SELECT outline FROM pages WHERE id = ?", .text(id)
            ) { try $0.optionalText(0) }.flatMap(\.self)
        }
        return outlines
    }

    /// Records a rendering.
    func put(
        _ record: PageRecord, outline: String?, links: PageLinks, reason: String, release: Int,
        renderedAt: Int
    ) throws {
        try database.run(
            "INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            .text(record.id), .text(record.key), .text(record.file),
            .digest(record.fingerprint), .integer(Int(record.version)), .integer(record.due),
            .text(record.inputs.joined(separator: "\n")), .integer(release), .text(reason),
            .integer(renderedAt), .text(outline), .bytes(links.bytes))
    }

    /// The ids of pages that probably link to one of these routes, in no order.
    func pages(linkingTo routes: Set<String>, limit: Int) throws -> [String] {
        guard try hasLinks else { return [] }
        let search = PageLinks.Search(routes)
        var ids: [String] = []
        try database.forEach("SELECT id, links FROM pages WHERE links IS NOT NULL") { row in
            if ids.count < limit, search.matches(try row.bytes(1)) { ids.append(try row.text(0)) }
        }
        return ids
    }

    /// Changes a record without a rendering.
    ///
    /// - Returns: false when there is no such page.
    func update(_ record: PageRecord, outline: String?) throws -> Bool {
        try database.run(
            """
            UPDATE pages SET key = ?2, fingerprint = ?3, version = ?4, due = ?5, inputs = ?6,
                outline = ?7
            WHERE id = ?1
            """, .text(record.id), .text(record.key), .digest(record.fingerprint),
            .integer(Int(record.version)), .integer(record.due),
            .text(record.inputs.joined(separator: "\n")), .text(outline)) > 0
    }

    func removePage(id: String) throws {
        try database.run("DELETE FROM pages WHERE id = ?", .text(id))
    }

    /// Moves the last rendering of a page to the history.
    func supersedeRendering(of id: String, release: Int) throws {
        try database.run(
            """
            INSERT INTO renders
            SELECT key, file, release, ?2, reason, rendered_at FROM pages WHERE id = ?1
            """, .text(id), .integer(release))
    }

    /// Whether the HTML of a page other than `id` is at this path.
    func isFileTaken(_ file: String, besides id: String) throws -> Bool {
        try database.first(
            "SELECT 1 FROM pages WHERE file = ? AND id <> ? LIMIT 1", .text(file), .text(id)
        ) { _ in } != nil
    }

    /// Returns why the page at this path was rendered, for this release and earlier; newest first.
    func reasons(file: String, until release: Int?) throws -> [RenderReason] {
        try database.query(
            """
            SELECT release, key, reason, rendered_at FROM (
                SELECT release, key, reason, rendered_at FROM pages
                WHERE file = ?1 AND release <= ?2
                UNION ALL
                SELECT release, key, reason, rendered_at FROM renders
                WHERE file = ?1 AND release <= ?2)
            ORDER BY release DESC, rendered_at DESC
            """, .text(file), .integer(release ?? Self.forever)
        ) { row in
            RenderReason(
                release: try row.integer(0), page: try row.text(1), reason: try row.text(2),
                createdAt: try row.integer(3))
        }
    }

    func inputs() throws -> [String: SHA256Digest] {
        var inputs: [String: SHA256Digest] = [:]
        let isInput = try hasProvenance ? "true" : "NOT (\(Self.isProvenance))"
        try database.forEach("SELECT name, digest FROM inputs WHERE \(isInput)") { row in
            inputs[try row.text(0)] = try row.digest(1)
        }
        return inputs
    }

    /// - Returns: whether anything changed.
    func setInputs(_ inputs: [String: SHA256Digest]) throws -> Bool {
        let old = try self.inputs()
        for name in old.keys where inputs[name] == nil {
            try database.run("DELETE FROM inputs WHERE name = ?", .text(name))
        }
        for (name, digest) in inputs where old[name] != digest {
            try database.run(
                "INSERT OR REPLACE INTO inputs VALUES (?, ?)", .text(name), .digest(digest))
        }
        return old != inputs
    }

    func branding() throws -> String? {
        guard try hasBranding else { return nil }
        return try database.first("SELECT rows FROM branding") { try $0.text(0) }
    }

    /// - Returns: whether it changed.
    func setBranding(_ rows: String) throws -> Bool {
        guard try branding() != rows else { return false }
        try database.run("INSERT OR REPLACE INTO branding VALUES (1, ?)", .text(rows))
        return true
    }

    func failures() throws -> [PageFailure] {
        try database.query(
            "SELECT page, fingerprint, since, diagnostics FROM failures ORDER BY rowid"
        ) { row in
            PageFailure(
                page: try row.text(0), fingerprint: try row.optionalDigest(1),
                since: try row.integer(2), diagnostics: try row.text(3))
        }
    }

    /// - Returns: whether anything changed.
    func setFailures(_ failures: [PageFailure]) throws -> Bool {
        guard try self.failures() != failures else { return false }
        try database.run("DELETE FROM failures")
        for failure in failures {
            try database.run(
                "INSERT INTO failures VALUES (?, ?, ?, ?)", .text(failure.page),
                .digest(failure.fingerprint), .integer(failure.since),
                .text(failure.diagnostics))
        }
        return true
    }
}
