import Core
import Foundation
import TestSupport
import Testing

@testable import PostgreSQL

@Suite struct ConnectionTargetTests {
    @Test(arguments: [
        "postgresql://u:s3cret@[::1", "//[::1s3cret", "//u:s3cret@[::1", "mysql://u:s3cret@h/db",
        "postgresql://u:s3cret@x@h/db", "postgresql://u:s3/cret@h/db", "postgresql://u:s3?cret@h",
        "postgresql://u:s3cret", "postgresql://u:s3?port=cret@h", "postgresql://u:s3%cret@h/db",
        "postgresql:/u:s3cret@h", "host=h password=s3 cret", "s3cret\u{301}", "host=h s3cret",
        "postgresql://u:p@h:s3cret/db", "POSTGRESQL://u:s3cret@h/db",
    ])
    func aMalformedAddressIsNeverQuoted(_ url: String) throws {
        let error = #expect(throws: PostgresError.self) {
            _ = try Connection(to: ConnectionTarget(url: url))
        }
        let shown = "\(error?.diagnostic.description ?? "cret")"
        #expect(shown.contains("DATABASE_URL is not a PostgreSQL address"))
        #expect(!shown.contains("cret") && !shown.contains("s3"))
        #expect(throws: PostgresError.self) { try ConnectionTarget(url: url).environment() }
    }

    @Test func anAddressIsTakenApart() throws {
        let target = ConnectionTarget(
            url: "postgresql://u%40x:a%2Fb%3F@[::1]:5433,h:5434/d%20b?sslmode=prefer")
        #expect(
            try target.parameters() == [
                "user": "u@x", "password": "a/b?", "host": "::1,h", "port": "5433,5434",
                "dbname": "d b", "sslmode": "prefer",
            ])
        #expect(try ConnectionTarget(url: "robbieverse").parameters() == ["dbname": "robbieverse"])
        #expect(try target.database("other").parameters()["dbname"] == "other")
        #expect(try target.database("other").parameters()["host"] == "::1,h")
        let words = ConnectionTarget(url: "host=h password='a b' dbname=x")
        #expect(try words.environment()["PGPASSWORD"] == "a b")
        #expect(
            ConnectionTarget.redacted("no 'hunter22' here", ["password": "hunter22"])
                == "no '…' here")
    }

    /// What to look at depends on who said where the database is.
    @Test func hintsFitHowTheDatabaseIsNamed() throws {
        let nowhere = ["host": "/nonexistent", "dbname": "x"]
        func hint(_ target: ConnectionTarget) -> String {
            let error = #expect(throws: PostgresError.self) { _ = try Connection(to: target) }
            return error?.diagnostic.hint ?? ""
        }
        let url = hint(ConnectionTarget(url: "postgresql:///x?host=/nonexistent"))
        #expect(url.contains("DATABASE_URL") && !url.contains("db start"))
        let variables = hint(ConnectionTarget(settings: nowhere, source: .variables))
        #expect(variables.contains("PG*") && !variables.contains("db start"))
        #expect(
            hint(ConnectionTarget(settings: nowhere, source: .embedded))
                == "run: robbieblocks db start")
    }

    @Test func aDatabaseThatIsMissingIsCreated() async throws {
        let database = try await TestDatabase()
        let admin = try database.connect()
        let name = "made \"by\u{301}\" \(UUID().uuidString.prefix(8))"
        let quoted = "\"" + name.replacingOccurrences(of: "\"", with: "\"\"") + "\""
        defer { _ = try? admin.run("DROP DATABASE IF EXISTS \(unsafeSQL: quoted) WITH (FORCE)") }
        let target = database.target.database(name)
        #expect(try database.target.createDatabase() == nil)

        // A role that may not is told the statement.
        let role = "r\(UUID().uuidString.lowercased().prefix(8))"
        try admin.run("CREATE ROLE \(unsafeSQL: role) LOGIN")
        defer { _ = try? admin.run("DROP ROLE IF EXISTS \(unsafeSQL: role)") }
        var weak = target
        weak.settings["user"] = role
        let refused = #expect(throws: Diagnostic.self) { try weak.createDatabase() }
        #expect(refused?.message.contains("may not create one") == true)
        #expect(refused?.hint?.contains("CREATE DATABASE \(quoted)") == true)
        #expect(refused?.hint?.contains("OWNER \"\(role)\"") == true)

        #expect(try target.createDatabase() == name)
        #expect(try target.createDatabase() == nil)
        let encoding = try Connection(to: target).run("SHOW server_encoding")[0]
            .value(0, as: String.self)
        #expect(encoding == "UTF8")
        // A server that is not there is no reason to create anything.
        let nowhere = ConnectionTarget(url: "postgresql:///x?host=/nonexistent")
        #expect(throws: PostgresError.self) { try nowhere.createDatabase() }
    }
}
