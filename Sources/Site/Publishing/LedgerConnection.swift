import System

/// The ledger's tables and statements. SQL about releases is here and in the extensions only.
///
/// A row of `files` says that a path has a content from release `since` on, until release `until`
/// takes it away again; `until` is `forever` while nothing did. So a release costs the rows that it
/// changes, and the files of every kept release can still be told.
final class LedgerConnection {
    let database: Database
    /// Whether the draft that is under way has closed rows of `files`, which it may open again.
    var hasClosedFiles = false

    init(_ database: Database) { self.database = database }

    /// The release that never comes.
    static let forever = Int.max

    /// Whether the tables are there, of this version or an earlier one.
    ///
    /// - Throws: when they are those of a later version of this program.
    var isReady: Bool {
        get throws { try version > 0 }
    }
}
