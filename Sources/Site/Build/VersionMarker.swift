import Content
import Core
import FoundationEssentials
import PostgreSQL
import Publishing
import System

/// Proves that the row versions recorded in a ledger belong to the database's own history.
///
/// Row versions follow transaction numbers, which repeat after a copy of a data folder was
/// restored. Each release therefore has a marker, a random word. It is written into the database
/// just before the ledger commits the release, and the release records its digest. A database that
/// has the marker has everything committed before it, and so all sources of the release. A database
/// that was restored to an earlier moment does not have it.
///
/// The word of the previous release stays beside it, so that a release that was not committed after
/// all costs nothing.
struct VersionMarker: Hashable, Sendable {
    let text: String

    init() { text = UUID().uuidString }

    private init(_ text: String) { self.text = text }

    /// Returns the digest, which differs for another database: in one restored from a dump, the
    /// marker proves nothing, because rows have other versions there.
    func digest(in database: String) -> SHA256Digest {
        SHA256Digest(hashing: "\(database) \(text)")
    }

    /// Finds the marker whose digest a ledger has, among those in the database.
    static func find(
        _ digest: SHA256Digest?, in folders: [NodeFolder], of database: String
    ) -> VersionMarker? {
        guard let digest else { return nil }
        // Not a closure: one that borrows its arguments crashes the optimizer of Swift 6.3.
        for text in folders.flatMap(\.markers) {
            let marker = VersionMarker(text)
            if marker.digest(in: database) == digest { return marker }
        }
        return nil
    }
}

/// Identifies the database of a site, whatever server the database is moved to.
enum DatabaseOrigin {
    static func digest(of origin: String) -> SHA256Digest { SHA256Digest(hashing: origin) }

    /// Reports that the site in a folder was made from another database.
    ///
    /// - Parameters:
    ///   - provenance: of the folder's newest release.
    ///   - origin: of the database, as `ContentStore.origin` gives it.
    static func fault(
        in provenance: ReleaseProvenance, of folder: SiteFolder, node: String, output: String,
        origin: String, database: ConnectionTarget
    ) -> Diagnostic? {
        guard let recorded = provenance.origin, recorded != digest(of: origin) else { return nil }
        let from = provenance.place.map { ", \($0)" } ?? ""
        let here = database.place.map { "; \(database.origin) \($0)" } ?? ""
        return Diagnostic(
            .otherDatabase,
            "the folder '\(folder.path)' has the site of another database\(from)\(here)",
            at: .init(node: node),
            hint: "check DATABASE_URL, give another --output, or replace the site once with: "
                + commandLine("build", node: node, output: output, "--force"))
    }
}
