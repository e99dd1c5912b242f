import Foundation
import TestSupport
import Testing

@testable import PostgreSQL

/// Prepared statements, several statements at once, and servers that do not answer.
@Suite struct RoundTripTests {
    private let database: TestDatabase
    private let connection: Connection

    init() async throws {
        database = try await TestDatabase()
        connection = try database.connect()
    }

    /// How many statements the server has prepared, beside this one.
    private func preparedCount() throws -> Int {
        try connection.run(
            """
            SELECT count(*) FROM pg_prepared_statements
            WHERE statement NOT LIKE '%pg_prepared_statements%'
            """)[0].value(0)
    }

    @Test func preparesAStatementThatIsRunAgain() throws {
        func twice(_ number: Int) throws -> Int {
            try connection.run("SELECT \(number)::integer * 2")[0].value(0)
        }
        #expect(try twice(1) == 2)
        #expect(try preparedCount() == 0)
        #expect(try twice(2) == 4)
        #expect(try twice(3) == 6)
        #expect(try preparedCount() == 1)
    }

    @Test func keepsABoundedNumberOfPreparedStatements() throws {
        for number in 0..<200 {
            for _ in 0..<2 { try connection.run("SELECT \(unsafeSQL: String(number))") }
        }
        #expect(try preparedCount() <= 64)
        // While the server has a statement to forget, what allows no other beside it still runs.
        try connection.run("VACUUM robbieblocks_pages")
    }

    @Test func preparesAnewWhenATableWasAltered() throws {
        try connection.run(script: "CREATE TABLE t (a integer); INSERT INTO t VALUES (1)")
        for _ in 0..<3 { try connection.run("SELECT * FROM t") }
        let other = try database.connect()
        try other.run("ALTER TABLE t ALTER a TYPE text")
        #expect(try connection.run("SELECT * FROM t")[0].value(0, as: String.self) == "1")
        for _ in 0..<3 { try connection.run("SELECT * FROM t") }
        try connection.run("DEALLOCATE ALL")
        #expect(try connection.run("SELECT * FROM t")[0].value(0, as: String.self) == "1")

        for _ in 0..<3 { try connection.run("SELECT * FROM t") }
        try other.run("ALTER TABLE t ALTER a TYPE integer USING a::integer")
        try connection.run("BEGIN")
        // What came before in the transaction may not be done twice.
        #expect(throws: PostgresError.self) { try connection.run("SELECT * FROM t") }
        try connection.run("ROLLBACK")
        let results = try connection.run(["BEGIN", "SELECT * FROM t", "COMMIT"])
        #expect(try results[1][0].value(0, as: Int.self) == 1)
        for _ in 0..<3 { try connection.run("SELECT * FROM t") }
        try other.run("ALTER TABLE t ALTER a TYPE text")
        let again = try connection.run(["BEGIN", "SELECT * FROM t"])
        #expect(try again[1][0].value(0, as: String.self) == "1")
    }

    @Test func runsSeveralStatementsAsOne() throws {
        let results = try connection.run([
            "CREATE TABLE t (a integer)", "INSERT INTO t SELECT generate_series(1, 3)",
            "SELECT a FROM t ORDER BY a",
        ])
        #expect(results[1].affected == 3)
        #expect(try results[2].map { try $0.value(0, as: Int.self) } == [1, 2, 3])
        let error = #expect(throws: PostgresError.self) {
            try connection.run([
                "INSERT INTO t VALUES (4)", "SELECT 1 / \(0)::integer", "SELECT nonsense",
            ])
        }
        #expect(error?.sqlState == "22012")
        #expect(try connection.run("SELECT count(*) FROM t")[0].value(0, as: Int.self) == 3)
    }

    @Test func carriesManyMegabytesBothWays() throws {
        let text = String(repeating: "0123456789abcdef", count: 2 << 20)
        let row = try connection.run("SELECT \(text)::text, length(\(text)::text)")[0]
        #expect(try row.value(0, as: String.self) == text)
        #expect(try row.value(1, as: Int.self) == text.utf8.count)
    }

    @Test func givesUpAStatementThatTakesTooLong() throws {
        connection.statementDeadline = 300
        let error = #expect(throws: PostgresError.self) {
            try connection.run("SELECT pg_sleep(20)")
        }
        #expect(error?.code == .connection)
        #expect(!connection.isOpen)
        #expect(throws: PostgresError.self) { try connection.run("SELECT 1") }
        #expect(throws: PostgresError.self) { try connection.run(script: "SELECT 1") }
    }

    @Test func givesUpAScriptThatTakesTooLong() throws {
        connection.scriptDeadline = 300
        #expect(throws: PostgresError.self) {
            try connection.run(script: "SELECT 1; SELECT pg_sleep(20)")
        }
        #expect(!connection.isOpen)
    }

    /// The server is there and takes what it is sent, but it hangs.
    @Test func givesUpAServerThatHangs() throws {
        let process = try connection.run("SELECT pg_backend_pid()")[0].value(0, as: Int.self)
        connection.statementDeadline = 300
        kill(Int32(process), SIGSTOP)
        defer { kill(Int32(process), SIGCONT) }
        #expect(throws: PostgresError.self) { try connection.run("SELECT 1") }
        #expect(!connection.isOpen)
    }

    @Test func knowsThatTheServerHasClosedTheConnection() throws {
        #expect(connection.isOpen)
        let process = try connection.run("SELECT pg_backend_pid()")[0].value(0, as: Int.self)
        try database.connect().run("SELECT pg_terminate_backend(\(process)::integer, 5000)")
        #expect(!connection.isOpen)
        let error = #expect(throws: PostgresError.self) { try connection.run("SELECT 1") }
        #expect(error?.code == .connection)
    }

    @Test func saysWhyTheServerEndedAStatement() throws {
        let process = try connection.run("SELECT pg_backend_pid()")[0].value(0, as: Int.self)
        let error = #expect(throws: PostgresError.self) {
            try connection.run("SELECT pg_terminate_backend(\(process)::integer)")
        }
        #expect(error?.code == .connection)
        #expect(error?.message.contains("administrator") == true)
    }
}
