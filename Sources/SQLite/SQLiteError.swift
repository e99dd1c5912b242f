import CSQLite
public import Diagnostics
import Glibc

/// What the database library said was wrong with one file.
public struct SQLiteError: DiagnosedError, Hashable, Sendable {
    /// The library's primary result code, such as `SQLITE_FULL`.
    public var code: Int32
    /// The library's own words. Bound values are never part of them.
    public var message: String
    /// The database file.
    public var path: String
    /// The operating system's reason, when there is one; 0 when there is none.
    public var systemNumber: Int32

    public init(code: Int32, message: String, path: String, systemNumber: Int32 = 0) {
        self.code = code & 0xff
        self.message = message
        self.path = path
        self.systemNumber = systemNumber
    }

    init(_ code: Int32, of handle: OpaquePointer?, path: String) {
        let words = handle.map { String(cString: sqlite3_errmsg($0)) }
        self.init(
            code: code, message: words ?? String(cString: sqlite3_errstr(code)), path: path,
            systemNumber: handle.map { sqlite3_system_errno($0) } ?? 0)
    }

    /// The file holds what it cannot hold.
    static func damaged(_ what: String, path: String) -> SQLiteError {
        SQLiteError(code: SQLITE_CORRUPT, message: what, path: path)
    }

    /// True for a full disk or an exhausted quota.
    public var isOutOfSpace: Bool {
        code == SQLITE_FULL
            || ([SQLITE_IOERR, SQLITE_CANTOPEN].contains(code)
                && [ENOSPC, EDQUOT].contains(systemNumber))
    }

    /// True when the file is no database, or a damaged one: only making it anew helps.
    public var isDamage: Bool { code == SQLITE_CORRUPT || code == SQLITE_NOTADB }

    /// True when another process held the file for longer than we wait.
    public var isBusy: Bool { code == SQLITE_BUSY }

    /// What the operator of the machine must know.
    public var diagnostic: Diagnostic {
        if isOutOfSpace {
            return Diagnostic(
                .fileSystem, "cannot write '\(path)': No space left on device",
                hint: "free some space and run the command again; the published site is unchanged")
        }
        if isDamage {
            return Diagnostic(
                .fileSystem, "'\(path)' is damaged: \(message)",
                hint: "build the site again with --force")
        }
        if isBusy {
            return Diagnostic(
                .fileSystem, "'\(path)' is in use by another process",
                hint: "wait until it has ended, and run the command again")
        }
        let reason = systemNumber == 0 ? "" : " (\(String(cString: strerror(systemNumber))))"
        return Diagnostic(.fileSystem, "cannot use '\(path)': \(message)\(reason)")
    }
}
