import CLibPQ
import Core

/// One connection to PostgreSQL, owned by one task or actor at a time.
///
/// Calls block until the server has answered, or until `statementDeadline` is over: keep a
/// connection on a thread of its own. A statement that is run again is prepared, so that the server
/// parses and plans it once.
///
/// ```swift
/// let connection = try Connection(to: .init(environment: environment))
/// let rows = try connection.run("SELECT page_key FROM robbieblocks_pages WHERE status = \(status)")
/// ```
public final class Connection {
    /// Milliseconds that the server has for one statement; afterwards the connection is closed, since
    /// nobody knows what became of the statement.
    public var statementDeadline = 60_000
    /// Milliseconds for one statement of a script, which may make an index of a large table.
    public var scriptDeadline = 600_000

    /// What to do when the server cannot be reached.
    let hint: String
    /// nil once the connection was given up.
    private(set) var handle: OpaquePointer?
    var statements = StatementCache()
    /// Whether all transactions run in one session of the server, so that its settings, advisory
    /// locks and LISTEN last as long as this connection. A pooler may give each transaction another.
    private(set) var keepsSession = true
    /// Settings of the address that the server, or a pooler, did not take at the start.
    private(set) var startupOptions: [(name: String, value: String)] = []

    /// Connects, waiting ten seconds at most for each address of the server.
    ///
    /// The schema `robbieblocks` of an adopted database comes first in the search path.
    public convenience init(to server: ConnectionTarget) throws(PostgresError) {
        try self.init(opening: server)
        // A pooler answers with a number of its own in place of the server process's.
        if try !applySessionSettings(ifServedBy: PQbackendPID(handle)) {
            keepsSession = try keepsSession(through: server)
            if keepsSession { try applySessionSettings(ifServedBy: nil) }
            // What one transaction prepares, another session may lack or have under the same name.
            statements.isDisabled = !keepsSession
        }
    }

    /// Connects and leaves every setting of the session as it is.
    init(opening server: ConnectionTarget) throws(PostgresError) {
        // Only what every pooler accepts: other settings follow as statements.
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
                // 0: what an address says has been taken out of it.
                PQconnectdbParams(keyPointers, valuePointers, 0)
            }
        }
    }

    deinit { PQfinish(handle) }

    /// False once the connection was lost or given up; it does not come back.
    ///
    /// To be asked between statements. It looks whether the server has closed the connection, and
    /// does not wait; of a network that is gone it knows nothing.
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
    /// Outside a transaction they are one: when a statement fails, none has taken effect.
    @discardableResult
    public func run(_ queries: [Query]) throws(PostgresError) -> [QueryResult] {
        let wasIdle = isIdle
        do {
            return try execute(queries)
        } catch  where error.isStalePlan && wasIdle {
            // A table was altered since a statement was prepared. Nothing has taken effect.
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
            // A lost connection has rolled back by itself; its error is the one to report.
            _ = try? run("ROLLBACK")
            throw error
        }
    }

    /// Closes the connection at once; what was under way is rolled back by the server.
    func abandon() {
        PQfinish(handle)
        handle = nil
    }
}
