import System

/// The ledger's tables and statements. SQL about releases is only here and in the extensions.
///
/// A row of `files` records that a path has a content from release `since` on until release `until`
/// removes it; `until` is `forever` while the content stays. A release therefore costs only the
/// rows that it changes, and the files of every kept release remain known.
final class LedgerConnection {
    let database: Database
    /// Whether the current draft has closed rows of `files`, which it may reopen.
    var hasClosedFiles = false

    init(_ database: Database) { self.database = database }

    /// A number higher than that of any release.
    static let forever = Int.max

    /// Whether the tables exist, in this version or an earlier one.
    ///
    /// - Throws: when a later version of this program created them.
    var isReady: Bool {
        get throws { try version > 0 }
    }
}
