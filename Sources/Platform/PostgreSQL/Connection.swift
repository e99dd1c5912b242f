import CLibPQ
import Core

/// One connection to PostgreSQL, owned by one task or actor at a time.
///
/// Calls block until the server has answered or `statementDeadline` has passed, so keep a
/// connection on a thread of its own. A repeated statement is prepared, so that the server parses
/// and plans it once.
///
/// ```swift
/// let connection = try Connection(to: .init(environment: environment))
/// let rows = try connection.run("SELECT page_key FROM robbieblocks_pages WHERE status = \(status)")
/// ```
public final class Connection {
    /// Milliseconds that the server has for one statement. Then the connection is closed, because
    /// the outcome of the statement is unknown.
    public var statementDeadline = 60_000
    /// Milliseconds for one statement of a script, which may create an index on a large table.
    public var scriptDeadline = 600_000

    /// The hint for an unreachable server.
    let hint: String
    /// nil after the connection was abandoned.
    private(set) var handle: OpaquePointer?
    var statements = StatementCache()
    /// Whether all transactions run in one server session, so that its settings, advisory locks and
    /// LISTEN last as long as this connection. A pooler may give each transaction another session.
    private(set) var keepsSession = true
    /// Settings of the address that the server or a pooler did not accept at start-up.
    private(set) var startupOptions: [(name: String, value: String)] = []

    /// Connects, waiting ten seconds at most for each address of the server.
    ///
    /// The schema `robbieblocks` of an adopted database comes first in the search path.
    public convenience init(to server: ConnectionTarget) throws(PostgresError) {
        try self.init(opening: server)
        // A pooler reports a number of its own instead of the server's process id.
        if try !applySessionSettings(ifServedBy: PQbackendPID(handle)) {
            keepsSession = try keepsSession(through: server)
            if keepsSession { try applySessionSettings(ifServedBy: nil) }
            // A statement prepared in one transaction may be missing in another session, or exist
            // under the same name with other text.
            statements.isDisabled = !keepsSession
        }
    }

    /// Connects without changing any setting of the session.
    init(opening server: ConnectionTarget) throws(PostgresError) {
        // Only settings that every pooler accepts; others follow as statements.
        hint = server.hint
        let settings =
            try server.parameters().merging([
                "connect_timeout": "10", "application_name": "robbieblocks",
                "client_encoding": "UTF8", "keepalives_idle": "5", "keepalives_interval": "3",
                "keepalives_count": "3", "tcp_user_timeout": "15000",
            ]) { given, _ in given }
        handle = Self.open(settings)
        if PQstatus(handle) != CONNECTION_OK,
            Self.message(of: handle).containsUTF8("unsupported startup parameter"),
            let options = server.optionSettings()
        {
            PQfinish(handle)
            handle = Self.open(settings.filter { $0.key != "options" })
            startupOptions = options
        }
        guard handle != nil else {
            throw PostgresError(.connection, "the client library is out of memory", hint: hint)
        }
        // The connection is freed by `deinit`, which runs when an initializer throws here.
        guard PQstatus(handle) == CONNECTION_OK, PQsetnonblocking(handle, 1) == 0 else {
            let message = ConnectionTarget.redacted(Self.message(of: handle), settings)
            throw PostgresError(.connection, message, hint: hint)
        }
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
    }

    private static func open(_ settings: [String: String]) -> OpaquePointer? {
        let keys = settings.keys.sorted()
        return withPointers(to: keys) { keyPointers in
            withPointers(to: keys.map { settings[$0] ?? "" }) { valuePointers in
                // 0: `dbname` holds no address here; its parts were already extracted.
                PQconnectdbParams(keyPointers, valuePointers, 0)
            }
        }
    }

    deinit { PQfinish(handle) }

    /// Whether the connection is open. A connection that was lost or abandoned does not reopen.
    ///
    /// Ask between statements. It checks, without waiting, whether the server has closed the
    /// connection; it cannot detect a network failure.
    public var isOpen: Bool {
        while handle != nil, hasUnreadBytes {
            if PQconsumeInput(handle) == 0 { abandon() }
        }
        return isUsable
    }

    /// Runs one statement with its binds and returns its rows.
    @discardableResult
    public func run(_ query: Query) throws(PostgresError) -> QueryResult { try run([query])[0] }

    /// Runs several statements in one round trip and returns the rows of each.
    ///
    /// Outside a transaction the statements form one: when a statement fails, none takes effect.
    @discardableResult
    public func run(_ queries: [Query]) throws(PostgresError) -> [QueryResult] {
        let wasIdle = isIdle
        do {
            return try execute(queries)
        } catch  where error.isStalePlan && wasIdle {
            // A table was altered after a statement was prepared. Nothing has taken effect.
            if !isIdle { _ = try execute(["ROLLBACK"]) }
            return try execute(queries)
        }
    }

    /// Runs a script of several statements; the first that fails ends it.
    public func run(script: String) throws(PostgresError) {
        guard PQsendQuery(handle, script) == 1 else { throw failure() }
        var fault: PostgresError?
        while let result = try nextResult(within: scriptDeadline) {
            do {
                _ = try check(result)
            } catch {
                fault = fault ?? error
            }
        }
        if let fault { throw fault }
    }

    /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
    public func transaction<Value, Failure: Error>(
        _ begin: Query = "BEGIN", _ body: (Connection) throws(Failure) -> Value
    ) throws -> Value {
        try run(begin)
        do {
            let value = try body(self)
            try run("COMMIT")
            return value
        } catch {
            // A lost connection has already rolled back; its error is the one to report.
            _ = try? run("ROLLBACK")
            throw error
        }
    }

    /// Closes the connection at once. The server rolls back the open transaction.
    func abandon() {
        PQfinish(handle)
        handle = nil
    }
}
