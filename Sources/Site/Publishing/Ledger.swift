import Core
import Synchronization
import System

/// The ledger of one site, `ledger.sqlite`: which file belongs to which release, what each page was
/// made from, and which release is to be served.
///
/// One connection writes, under the site's lock; another one reads committed data at any time.
final class Ledger: Sendable {
    static let name = "ledger.sqlite"

    private struct Connection {
        var ledger: LedgerConnection
        /// The identity of the open file, which may no longer be the one with that name.
        var identity: FileIdentity?
    }

    private let root: Directory
    private let writer = Mutex<Connection?>(nil)
    private let reader = Mutex<Connection?>(nil)

    init(root: Directory) { self.root = root }

    private var path: String { root.path + "/" + Self.name }

    /// Reads the last committed state; nil when nothing was ever published.
    func read<Value: Sendable>(
        _ body: @Sendable (LedgerConnection) throws -> Value
    ) throws -> Value? {
        try reader.withLock { connection in
            let identity = root.identity(of: Self.name)
            if let identity, connection?.identity != identity {
                connection = nil
                try requireFile()
                let ledger = LedgerConnection(try Database(path: path, access: .readOnly))
                if try ledger.isReady { try ledger.verifySchema() }
                connection = Connection(ledger: ledger, identity: identity)
            } else if identity == nil {
                connection = nil
            }
            guard let ledger = connection?.ledger, try ledger.isReady else { return nil }
            return try body(ledger)
        }
    }

    /// Opens the ledger for writing, creates it when it does not exist, and checks that it is still
    /// the file that others use. The caller holds the site's lock from here to its last `write`.
    ///
    /// - Parameter number: the highest release number that an earlier ledger may have assigned.
    func open(after number: () -> Int) throws {
        try writer.withLock { connection in
            if let current = connection?.identity, current == root.identity(of: Self.name) {
                return
            }
            connection = nil
            try requireFile()
            let ledger = LedgerConnection(try Database(path: path, access: .readWrite))
            try ledger.migrate(after: try ledger.version == 0 ? number() : 0)
            try ledger.verifySchema()
            connection = Connection(ledger: ledger, identity: root.identity(of: Self.name))
        }
    }

    /// Makes sure that the library opens only files, and only files that it may write.
    private func requireFile() throws {
        for suffix in ["-wal", "-shm"] {
            // The library creates these itself when it finds no usable file.
            guard let entry = root.entry(Self.name + suffix), entry.kind != .file else { continue }
            try root.remove(Self.name + suffix)
        }
        guard let entry = root.entry(Self.name) else { return }
        switch entry.kind {
        case .file:
            if entry.mode & 0o600 != 0o600 { try root.setMode(Self.name, entry.mode | 0o600) }
        case .link where root.status(of: Self.name)?.isFolder == false: break
        case .link, .folder, .other:
            throw DamagedFolder(message: "the ledger '\(path)' is no file", path: path)
        }
    }

    /// Runs `body` on the ledger that `open` has opened.
    func write<Value: Sendable>(
        _ body: @Sendable (LedgerConnection) throws -> Value
    ) throws -> Value {
        try writer.withLock { connection in
            guard let ledger = connection?.ledger else {
                throw Diagnostic(.fileSystem, "the ledger '\(path)' is not open")
            }
            return try body(ledger)
        }
    }

    /// Closes the connections; the next call reopens them. Called only while no work is in
    /// progress.
    func close() {
        writer.withLock { $0 = nil }
        reader.withLock { $0 = nil }
    }

    /// Undoes uncommitted changes. Never fails: the transaction ends with the process, too.
    func rollBack() {
        writer.withLock { connection in
            connection?.ledger.database.rollBack()
        }
    }

    /// Returns what a damaged ledger still records about the site; nil when that cannot be read
    /// either.
    func remainder() -> SiteRow? {
        guard (try? requireFile()) != nil, root.entry(Self.name) != nil else { return nil }
        return try? LedgerConnection(Database(path: path, access: .readOnly)).site()
    }

    /// Removes an unreadable ledger.
    func remove() throws {
        writer.withLock { $0 = nil }
        reader.withLock { $0 = nil }
        for suffix in ["-wal", "-shm", ""] { try root.remove(Self.name + suffix) }
    }
}
