import System

extension LedgerConnection {
    func provenance() throws -> ReleaseProvenance {
        let columns = "sources, marker, origin, place, has_drafts"
        let rows = try hasProvenance ? "provenance" : "(\(Self.provenanceAmongInputs))"
        return try database.first("SELECT \(columns) FROM \(rows)") { row in
            var provenance = ReleaseProvenance()
            provenance.sources = try row.optionalDigest(0)
            provenance.marker = try row.optionalDigest(1)
            provenance.origin = try row.optionalDigest(2)
            provenance.place = try row.optionalText(3)
            provenance.hasDrafts = try row.integer(4) != 0
            return provenance
        } ?? ReleaseProvenance()
    }

    /// - Returns: whether it changed.
    func setProvenance(_ provenance: ReleaseProvenance) throws -> Bool {
        guard try self.provenance() != provenance else { return false }
        try database.run(
            "INSERT OR REPLACE INTO provenance VALUES (1, ?, ?, ?, ?, ?)",
            .digest(provenance.sources), .digest(provenance.marker), .digest(provenance.origin),
            .text(provenance.place), .integer(provenance.hasDrafts ? 1 : 0))
        return true
    }

    /// Makes the next build recreate everything that pages share.
    func forgetSources() throws { try database.run("UPDATE provenance SET sources = NULL") }
}
