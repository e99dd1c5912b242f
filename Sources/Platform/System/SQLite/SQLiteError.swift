import CSQLite
public import Core
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

    /// The error of a call that was made with `errno` at 0.
    init(_ code: Int32, of handle: OpaquePointer, path: String) {
        let last = errno
        let known = sqlite3_system_errno(handle)
        self.init(
            code: Self.damageCodes.contains(code) ? SQLITE_CORRUPT : code,
            message: String(cString: sqlite3_errmsg(handle)), path: path,
            systemNumber: known == 0 ? last : known)
        // The library cleans up after a failed call and loses its reason on the way.
        if [SQLITE_IOERR, SQLITE_CANTOPEN].contains(self.code), Self.hasNoRoom(at: path) {
            systemNumber = ENOSPC
        }
    }

    /// Errors of input and output that speak of the file's content: it ends early, a checksum is
    /// wrong, or the file system says that it is corrupt.
    private static let damageCodes: Set<Int32> = [
        SQLITE_IOERR | 2 << 8, SQLITE_IOERR | 32 << 8, SQLITE_IOERR | 33 << 8,
    ]

    private static func hasNoRoom(at path: String) -> Bool {
        let folder = path.lastUTF8Index(of: "/").map { String(path[..<$0]) } ?? "."
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return false }
        return status.f_bavail * status.f_frsize < 65536
            || (status.f_files > 0 && status.f_favail == 0)
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

    /// True when the file is no database, a damaged one, or one that lacks tables or columns that
    /// statements need: only making it again helps.
    public var isDamage: Bool {
        [
            SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_ERROR, SQLITE_CONSTRAINT, SQLITE_MISMATCH,
            SQLITE_SCHEMA, SQLITE_FORMAT, SQLITE_EMPTY,
        ].contains(code)
    }

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
