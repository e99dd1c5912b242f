import Diagnostics
import SQLite
import Synchronization
import SystemSupport

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
                let database = try Database(path: path, access: .readOnly)
                connection = Connection(
                    ledger: LedgerConnection(database), identity: identity)
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
            let ledger = LedgerConnection(try Database(path: path, access: .readWrite))
            if try !ledger.isReady { try ledger.create(after: number()) }
            try ledger.upgrade()
            connection = Connection(ledger: ledger, identity: root.identity(of: Self.name))
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

    /// Removes a ledger that cannot be read.
    func remove() throws {
        writer.withLock { $0 = nil }
        reader.withLock { $0 = nil }
        for suffix in ["-wal", "-shm", ""] { try root.remove(Self.name + suffix) }
    }
}
