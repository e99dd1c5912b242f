import Foundation
import System
import TestSupport
import Testing

@testable import PostgreSQL

/// Many tasks on few connections of a real server, and what can go wrong between them.
@Suite struct ConnectionPoolTests {
    private let database: TestDatabase

    init() async throws { database = try await TestDatabase() }

    private func pool(
        size: Int = 4, waiting: Int = 2048, acquire: Int = 20_000, statement: Int = 20_000,
        role: String? = nil
    ) -> ConnectionPool {
        var settings = ConnectionPool.Settings(size: size)
        settings.waiting = waiting
        settings.acquireDeadline = acquire
        settings.statementDeadline = statement
        return ConnectionPool(to: database.target, role: role, settings: settings)
    }

    /// Waits until a condition that is asked of the database is true.
    private func until(_ condition: Query) async throws {
        let connection = try database.connect()
        try await waitUntil("\(condition)") {
            try connection.run("SELECT \(condition)")[0].value(0, as: Bool.self)
        }
    }

    /// A task whose statement runs for a minute, or until the task is cancelled.
    ///
    /// A busy machine may need longer for the pool's first connection than a statement may wait.
    private func sleeper(on pool: ConnectionPool) async throws -> Task<QueryResult, any Error> {
        try await serves(pool)
        let task = Task { try await pool.run("SELECT pg_sleep(60)") }
        try await until(Self.sleepers)
        return task
    }

    /// Waits until the pool has a free connection.
    private func serves(_ pool: ConnectionPool) async throws {
        try await waitUntil("the pool serves") { (try? await pool.run("SELECT 1")) != nil }
    }

    private static let sleepers: Query = """
        EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()
            AND state = 'active' AND query LIKE '%pg_sleep%' AND pid <> pg_backend_pid())
        """

    @Test(.timeLimit(.minutes(1))) func givesEachTaskItsOwnRows() async throws {
        let pool = pool()
        try await withThrowingTaskGroup(of: (Int, Int).self) { group in
            for number in 0..<500 {
                group.addTask {
                    let row = try await pool.run("SELECT \(number)::integer * 2")[0]
                    return (number, try row.value(0, as: Int.self))
                }
            }
            for try await (number, double) in group { #expect(double == number * 2) }
        }
        let count = try await pool.run(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        #expect(try count[0].value(0, as: Int.self) <= 4)
        await pool.close()
    }

    @Test func runsSeveralStatementsAsOneTransaction() async throws {
        let pool = pool(size: 1)
        try await pool.run("CREATE TABLE t (a integer)")
        let error = await #expect(throws: PostgresError.self) {
            try await pool.run(["INSERT INTO t VALUES (1)", "SELECT 1 / \(0)::integer"])
        }
        #expect(error?.sqlState == "22012")
        let results = try await pool.run(["INSERT INTO t VALUES (2)", "SELECT a FROM t"])
        #expect(results[0].affected == 1)
        #expect(try results[1].map { try $0.value(0, as: Int.self) } == [2])
        // A table that was altered: the statement is prepared anew, and nobody notices.
        for _ in 0..<3 { _ = try await pool.run("SELECT * FROM t") }
        try database.run("ALTER TABLE t ALTER a TYPE text")
        let row = try await pool.run("SELECT * FROM t")[0]
        #expect(try row.value(0, as: String.self) == "2")
        await pool.close()
    }

    /// A transaction that is left open, and its locks, must not be the next task's.
    @Test func givesUpAConnectionWithAnOpenTransaction() async throws {
        let pool = pool(size: 1)
        try await pool.run(["BEGIN", "CREATE TABLE t ()"])
        #expect(try await pool.run("SELECT 1 WHERE to_regclass('t') IS NULL").count == 1)
        await pool.close()
    }

    @Test(.timeLimit(.minutes(1))) func stopsTheStatementOfATaskThatIsCancelled() async throws {
        let pool = pool(size: 1)
        let identity = try await pool.run("SELECT pg_backend_pid()")[0].value(0, as: Int.self)
        let sleeper = try await sleeper(on: pool)
        let waiting = Task { try await pool.run("SELECT 1") }
        sleeper.cancel()
        let error = await #expect(throws: PostgresError.self) { try await sleeper.value }
        #expect(error?.code == .cancelled)
        // The next one is on the same connection, and not hit by the cancellation.
        #expect(try await waiting.value[0].value(0, as: Int.self) == 1)
        for _ in 0..<20 {
            let row = try await pool.run("SELECT pg_backend_pid()")[0]
            #expect(try row.value(0, as: Int.self) == identity)
        }
        await pool.close()
    }

    @Test(.timeLimit(.minutes(1))) func neverHitsAnotherTaskWithACancellation() async throws {
        let pool = pool(size: 2)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<300 {
                group.addTask {
                    let task = Task { try await pool.run("SELECT pg_sleep(0.001)") }
                    if number % 3 == 0 {
                        task.cancel()
                        _ = try? await task.value
                    } else {
                        _ = try await task.value
                    }
                }
            }
            try await group.waitForAll()
        }
        await pool.close()
    }

    @Test(.timeLimit(.minutes(1))) func forgetsATaskThatIsCancelledWhileItWaits() async throws {
        let pool = pool(size: 1)
        let sleeper = try await sleeper(on: pool)
        let waiting = Task { try await pool.run("CREATE TABLE t ()") }
        waiting.cancel()
        let error = await #expect(throws: PostgresError.self) { try await waiting.value }
        #expect(error?.code == .cancelled)
        sleeper.cancel()
        _ = try? await sleeper.value
        await pool.close()
        #expect(try database.connect().run("SELECT 1 WHERE to_regclass('t') IS NULL").count == 1)
    }

    @Test(.timeLimit(.minutes(1))) func stopsAStatementThatTakesTooLong() async throws {
        let pool = pool(size: 1, statement: 1000)
        let identity = try await pool.run("SELECT pg_backend_pid()")[0].value(0, as: Int.self)
        let error = await #expect(throws: PostgresError.self) {
            try await pool.run("SELECT pg_sleep(60)")
        }
        #expect(error?.code == .deadline)
        let row = try await pool.run("SELECT pg_backend_pid()")[0]
        #expect(try row.value(0, as: Int.self) == identity)
        await pool.close()
    }

    /// A server process that hangs does not stop its statement either.
    @Test(.timeLimit(.minutes(1))) func replacesAConnectionThatHangs() async throws {
        // A server of its own: on the one of all tests, whoever makes a database waits for it.
        let server = try TestDatabase.startServer()
        defer { _ = try? server.stop() }
        var settings = ConnectionPool.Settings(size: 1)
        settings.statementDeadline = 1000
        let pool = ConnectionPool(to: server.target, settings: settings)
        let process = try await pool.run("SELECT pg_backend_pid()")[0].value(0, as: Int.self)
        kill(Int32(process), SIGSTOP)
        defer { kill(Int32(process), SIGCONT) }
        let error = await #expect(throws: PostgresError.self) { try await pool.run("SELECT 1") }
        #expect(error?.code == .deadline)
        let row = try await pool.run("SELECT pg_backend_pid()")[0]
        #expect(try row.value(0, as: Int.self) != process)
        await pool.close()
    }

    @Test(.timeLimit(.minutes(1))) func limitsWhatWaits() async throws {
        let pool = pool(size: 1, waiting: 2, acquire: 1000, statement: 60_000)
        let sleeper = try await sleeper(on: pool)
        let errors = await withTaskGroup(of: PostgresError.Code?.self) { group in
            for _ in 0..<5 {
                group.addTask {
                    do throws(PostgresError) {
                        try await pool.run("SELECT 1")
                        return nil
                    } catch {
                        return error.code
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        // Three found no place, two had one and waited in vain.
        #expect(errors == Array(repeating: .overloaded, count: 5))
        sleeper.cancel()
        _ = try? await sleeper.value
        try await serves(pool)
        await pool.close()
    }

    @Test(.timeLimit(.minutes(1))) func letsWhatWasCalledComeToItsEnd() async throws {
        let pool = pool(size: 1)
        let lock = try database.connect()
        let holder = try lock.run("SELECT pg_backend_pid(), pg_advisory_lock(7)")[0]
            .value(0, as: Int.self)
        async let slow = pool.run("SELECT pg_advisory_lock(7), pg_sleep(1)")
        try await until(Self.sleepers)
        async let queued = pool.run("SELECT 2")
        try await waitUntil("the second statement waits") { pool.waitingCount > 0 }
        try lock.run("SELECT pg_advisory_unlock(7)")
        await pool.close()
        #expect(try await slow.count == 1)
        #expect(try await queued[0].value(0, as: Int.self) == 2)
        let error = await #expect(throws: PostgresError.self) { try await pool.run("SELECT 1") }
        #expect(error?.code == .connection)
        await pool.close()
        try await until(
            """
            NOT EXISTS (SELECT FROM pg_stat_activity
                WHERE datname = current_database() AND backend_type = 'client backend'
                    AND pid NOT IN (pg_backend_pid(), \(holder)))
            """)
    }

    @Test(.timeLimit(.minutes(1))) func connectsAgainWhenItsSessionsAreEnded() async throws {
        let pool = pool(size: 3)
        for _ in 0..<3 {
            _ = try await pool.run("SELECT 1")
            try database.connect().run(
                """
                SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()
                """)
            // What was sent at that moment may fail; soon nothing does.
            try await serves(pool)
            #expect(try await pool.run("SELECT 1").count == 1)
        }
        await pool.close()
    }

    @Test(.timeLimit(.minutes(2))) func failsAtOnceWhileTheServerIsAway() async throws {
        let server = try TestDatabase.startServer(hasSchema: false)
        defer { _ = try? server.stop() }
        let pool = ConnectionPool(to: server.target, settings: .init(size: 4))
        _ = try await pool.run("SELECT 1")
        guard case .running(let process) = server.status() else {
            Issue.record("the server does not run")
            return
        }
        let sleeper = Task { try await pool.run("SELECT pg_sleep(60)") }
        let connection = try Connection(to: server.target)
        try await waitUntil("the statement runs") {
            try connection.run(
                "SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)' AND state = 'active'"
            ).count > 0
        }
        // What `pg_ctl stop -m immediate` does.
        kill(Int32(process), SIGQUIT)
        let lost = await #expect(throws: PostgresError.self) { try await sleeper.value }
        #expect(lost?.code == .connection)
        try await waitUntil("the server has stopped") { server.status() == .stopped }
        _ = try? await pool.run("SELECT 1")
        // Each of them would wait for seconds if it waited for a connection, all of them for hours.
        for _ in 0..<1000 {
            let error = await #expect(throws: PostgresError.self) {
                try await pool.run("SELECT 1")
            }
            #expect(error?.code == .connection)
        }
        try server.start()
        try await serves(pool)
        #expect(try await pool.run("SELECT 1").count == 1)
        await pool.close()
    }

    @Test(.timeLimit(.minutes(1))) func saysWhyItCannotConnect() async throws {
        let nowhere = ConnectionPool(to: ConnectionTarget(settings: ["host": "/nonexistent"]))
        let error = await #expect(throws: PostgresError.self) { try await nowhere.run("SELECT 1") }
        #expect(error?.code == .connection)
        #expect(error?.message.contains("/nonexistent") == true)
        await nowhere.close()
        let nobody = pool(role: "no such \"role")
        let refusal = await #expect(throws: PostgresError.self) { try await nobody.run("SELECT 1") }
        #expect(refusal?.message.contains("no such") == true)
        await nobody.close()
    }

    @Test(.timeLimit(.minutes(1))) func actsAsTheRole() async throws {
        let pool = pool(role: "robbieblocks_chat")
        let row = try await pool.run("SELECT current_user::text")[0]
        #expect(try row.value(0, as: String.self) == "robbieblocks_chat")
        let error = await #expect(throws: PostgresError.self) {
            try await pool.run("SELECT * FROM robbieblocks_pages")
        }
        #expect(error?.sqlState == "42501")
        await pool.close()
    }

    @Test(.timeLimit(.minutes(1))) func carriesManyMegabytesBothWays() async throws {
        let pool = pool(size: 2)
        let text = String(repeating: "0123456789abcdef", count: 1 << 20)
        async let large = pool.run("SELECT \(text)::text")
        async let other = pool.run("SELECT length(\(text)::text)")
        #expect(try await large[0].value(0, as: String.self) == text)
        #expect(try await other[0].value(0, as: Int.self) == text.utf8.count)
        await pool.close()
    }
}
