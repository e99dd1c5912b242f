import Core
import Synchronization
import System

/// The ledger of one site, `ledger.sqlite`: which file belongs to which release, what each page was
/// made of, and which release is to be served.
///
/// One connection writes, under the site's lock; another one reads what was committed, at any time.
final class SiteLedger: Sendable {
    static let name = "ledger.sqlite"

    private struct Connection {
        var ledger: LedgerConnection
        /// The file that it has open, which may no longer be the one of that name.
        var identity: FileIdentity?
    }

    private let root: Directory
    private let writer = Mutex<Connection?>(nil)
    private let reader = Mutex<Connection?>(nil)

    init(root: Directory) { self.root = root }

    private var path: String { root.path + "/" + Self.name }

    /// Reads what was committed last; nil when nothing was ever published.
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

    /// Opens the ledger for writing, makes it when there is none, and looks whether it is still the
    /// one that others use. The caller holds the site's lock from here to its last `write`.
    ///
    /// - Parameter number: the highest release number that an earlier ledger may have given.
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

    /// Makes sure that the library opens files only, and ones that it may write.
    private func requireFile() throws {
        for suffix in ["-wal", "-shm"] {
            // Without a file that it can use, the library makes these itself.
            guard let entry = root.entry(Self.name + suffix), entry.kind != .file else { continue }
            try root.remove(Self.name + suffix)
        }
        guard let entry = root.entry(Self.name) else { return }
        switch entry.kind {
        case .file:
            if entry.mode & 0o600 != 0o600 { try root.setMode(Self.name, entry.mode | 0o600) }
        case .link where root.status(of: Self.name)?.isFolder == false: break
        case .link, .folder, .other:
            throw SiteDamage(message: "the ledger '\(path)' is no file", path: path)
        }
    }

    /// Works on the ledger that `open` has opened.
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

    /// Closes the connections; the next call opens them again. To be called when nothing is under way.
    func close() {
        writer.withLock { $0 = nil }
        reader.withLock { $0 = nil }
    }

    /// Takes back what was not committed. Never fails: the transaction ends with the process too.
    func rollBack() {
        writer.withLock { connection in
            connection?.ledger.database.rollBack()
        }
    }

    /// What a damaged ledger still says about the site; nil when that cannot be read either.
    func remainder() -> SiteRow? {
        guard (try? requireFile()) != nil, root.entry(Self.name) != nil else { return nil }
        return try? LedgerConnection(Database(path: path, access: .readOnly)).site()
    }

    /// Removes a ledger that cannot be read.
    func remove() throws {
        writer.withLock { $0 = nil }
        reader.withLock { $0 = nil }
        for suffix in ["-wal", "-shm", ""] { try root.remove(Self.name + suffix) }
    }
}
