import Content
import Core
import FoundationEssentials
import PostgreSQL
import Publishing
import System

/// Proves that what a ledger remembers of row versions is of the database's own past.
///
/// Row versions follow transaction numbers, which come again after a copy of a data folder was put
/// back. So each release has a marker, a random word. It is written into the database just before the
/// ledger commits the release, which has its digest. A database that has the marker has everything
/// that was committed before it, and so all that the release was made from. One that was put back to
/// an earlier moment does not have it.
///
/// The word of the release before stays beside it, so that a release that was not committed after all
/// costs nothing.
struct VersionMarker: Hashable, Sendable {
    /// Its name among a release's inputs.
    static let name = "marker"

    let text: String

    init() { text = UUID().uuidString }

    private init(_ text: String) { self.text = text }

    /// In another database than the one it was written into, restored from a dump, it proves nothing:
    /// rows have other versions there.
    func digest(in database: String) -> SHA256Digest {
        SHA256Digest(hashing: "\(database) \(text)")
    }

    /// Finds the marker whose digest a ledger has, among those that the database has.
    static func find(
        _ digest: SHA256Digest?, in folders: [NodeFolder], of database: String
    ) -> VersionMarker? {
        guard let digest else { return nil }
        // No closure: one that borrows its arguments ends the optimizer of Swift 6.3.
        for text in folders.flatMap(\.markers) {
            let marker = VersionMarker(text)
            if marker.digest(in: database) == digest { return marker }
        }
        return nil
    }
}

/// Which database a site belongs to, whatever server that is moved to.
enum DatabaseOrigin {
    /// Its name among a release's inputs.
    static let name = "origin"

    static func digest(of origin: String) -> SHA256Digest { SHA256Digest(hashing: origin) }

    /// The beginning of the name of another input, which says for people where the database was.
    private static let placePrefix = "database "

    /// The input for a place such as `'robbieverse' at db.example:5432`.
    static func placeInput(_ place: String) -> String {
        placePrefix + place.replacingUTF8("\n", with: " ")
    }

    /// Whether an input says where the database was; no page reads it.
    static func isPlace(_ name: String) -> Bool { name.hasUTF8Prefix(placePrefix) }

    /// Where the database was that a release with these inputs was made from; nil when it was made by
    /// an earlier version.
    static func place(in inputs: [String: SHA256Digest]) -> String? {
        inputs.keys.first(where: isPlace)?.droppingUTF8Prefix(placePrefix).map(String.init)
    }

    /// Says that the site in a folder was made from another database than this one.
    ///
    /// - Parameters:
    ///   - inputs: of the folder's newest release.
    ///   - origin: of the database, as `ContentStore.origin` gives it.
    static func fault(
        in inputs: [String: SHA256Digest], of folder: SiteFolder, node: String, output: String,
        origin: String, database: ConnectionTarget
    ) -> Diagnostic? {
        guard let recorded = inputs[name], recorded != digest(of: origin) else { return nil }
        let from = place(in: inputs).map { ", \($0)" } ?? ""
        let here = database.place.map { "; \(database.origin) \($0)" } ?? ""
        return Diagnostic(
            .otherDatabase,
            "the folder '\(folder.path)' has the site of another database\(from)\(here)",
            at: .init(node: node),
            hint: "check DATABASE_URL, give another --output, or replace the site once with: "
                + commandLine("build", node: node, output: output, "--force"))
    }
}
