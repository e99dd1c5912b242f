import CSQLite
public import Core
import Glibc

/// An error of the database library concerning one file.
public struct SQLiteError: DiagnosedError, Hashable, Sendable {
    /// The library's primary result code, such as `SQLITE_FULL`.
    public var code: Int32
    /// The library's message, which never contains bound values.
    public var message: String
    /// The database file.
    public var path: String
    /// The operating system's error number; 0 when there is none.
    public var systemNumber: Int32

    public init(code: Int32, message: String, path: String, systemNumber: Int32 = 0) {
        self.code = code & 0xff
        self.message = message
        self.path = path
        self.systemNumber = systemNumber
    }

    /// Makes the error of a call that was made with `errno` at 0.
    init(_ code: Int32, of handle: OpaquePointer, path: String) {
        let last = errno
        let known = sqlite3_system_errno(handle)
        self.init(
            code: Self.damageCodes.contains(code) ? SQLITE_CORRUPT : code,
            message: String(cString: sqlite3_errmsg(handle)), path: path,
            systemNumber: known == 0 ? last : known)
        // The library's cleanup after a failed call loses the reason.
        if [SQLITE_IOERR, SQLITE_CANTOPEN].contains(self.code), Self.hasNoRoom(at: path) {
            systemNumber = ENOSPC
        }
    }

    /// I/O errors that concern the file's content: it ends early, a checksum is wrong, or the file
    /// system reports it as corrupt.
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

    /// Makes the error of a file with invalid content.
    static func damaged(_ what: String, path: String) -> SQLiteError {
        SQLiteError(code: SQLITE_CORRUPT, message: what, path: path)
    }

    /// Whether the disk is full or a quota is exhausted.
    public var isOutOfSpace: Bool {
        code == SQLITE_FULL
            || ([SQLITE_IOERR, SQLITE_CANTOPEN].contains(code)
                && [ENOSPC, EDQUOT].contains(systemNumber))
    }

    /// Whether the file is not a database, is damaged, or lacks required tables or columns, so that
    /// it must be created again.
    public var isDamage: Bool {
        [
            SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_ERROR, SQLITE_CONSTRAINT, SQLITE_MISMATCH,
            SQLITE_SCHEMA, SQLITE_FORMAT, SQLITE_EMPTY,
        ].contains(code)
    }

    /// Whether another process held the file for longer than we wait.
    public var isBusy: Bool { code == SQLITE_BUSY }

    /// The diagnostic for the machine's operator.
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
