import Core
import FoundationEssentials
import System
import TestSupport
import Testing

@testable import PostgreSQL

@Suite struct ConnectionTests {
    @Test func bindsTravelBesideTheStatement() async throws {
        let database = try await TestDatabase()
        let connection = try database.connect()
        let hostile = "'; DROP TABLE robbieblocks_pages; --"
        let part: Query = "\(hostile)::text = \(hostile)::text"
        let query: Query = "SELECT \(hostile)::text, \(42)::integer, \(true)::boolean, \(part)"
        #expect(query.sql == "SELECT $1::text, $2::integer, $3::boolean, $4::text = $5::text")
        let row = try connection.run(query)[0]
        #expect(try row.value(0, as: String.self) == hostile)
        #expect(try row.value(1, as: Int.self) == 42)
        #expect(try row.value(2, as: Bool.self))
        #expect(try row.value(3, as: Bool.self))
    }

    @Test func readsEveryTypeOfTheContract() async throws {
        let database = try await TestDatabase()
        let connection = try database.connect()
        defer { withExtendedLifetime(database) {} }
        let id = UUID()
        // A mark behind a delimiter is one Character with it, and hides it from a search by those.
        let marked = ["\"", "\\", ",", "{", "}", "\"\\"].flatMap { delimiter in
            ["\u{301}", "\u{FE0F}", "\u{200D}"].map { "a\(delimiter)\($0)" }
        }
        let row = try connection.run(
            """
            SELECT \(id)::uuid, '{"a": 1}'::jsonb, \(["x", "y \"z\" \\"])::text[],
                timestamptz '2026-01-02 03:04:05.678Z', NULL::text, '{}'::text[], 7::bigint,
                \(marked)::text[]
            """)[0]
        #expect(try row.value(0, as: UUID.self) == id)
        #expect(try row.value(1, as: JSONText.self).text == #"{"a": 1}"#)
        #expect(try row.value(2, as: [String].self) == ["x", "y \"z\" \\"])
        #expect(try row.value(3, as: Timestamp.self).milliseconds == 1_767_323_045_678)
        #expect(try row.optional(4, as: String.self) == nil)
        #expect(try row.value(5, as: [String].self) == [])
        #expect(try row.value(6, as: Int.self) == 7)
        #expect(
            try row.value(7, as: [String].self).map { Array($0.utf8) }
                == marked.map { Array($0.utf8) })
        #expect(throws: PostgresError.self) { try row.value(4, as: String.self) }
        #expect(throws: PostgresError.self) { try row.value(0, as: Int.self) }
    }

    @Test func keepsTheNullsOfAnArray() async throws {
        let database = try await TestDatabase()
        let connection = try database.connect()
        defer { withExtendedLifetime(database) {} }
        let words: [String?] = ["NULL", nil, "", "a,\"\u{301}\\"]
        let row = try connection.run(
            """
            SELECT \(words)::text[], array_position(\(words)::text[], NULL),
                \([1, nil, 3])::integer[]
            """)[0]
        #expect(try row.value(0, as: [String?].self) == words)
        #expect(try row.value(1, as: Int.self) == 2)
        #expect(try row.value(2, as: [Int?].self) == [1, nil, 3])
        #expect(throws: PostgresError.self) { try row.value(0, as: [String].self) }
        #expect(throws: PostgresError.self) { try row.value(2, as: [Int].self) }
    }

    @Test func readsSettingsOutOfStartUpOptions() {
        func read(_ text: String) -> [String]? {
            ConnectionTarget.settings(inOptions: text)?.map { "\($0.name)=\($0.value)" }
        }
        #expect(
            read(#"-c search_path=a,\ b  --jit=off -cwork_mem=1MB "#)
                == ["search_path=a, b", "jit=off", "work_mem=1MB"])
        #expect(read("") == [])
        for text in ["-B 1", "-c", "-c jit", "--jit"] { #expect(read(text) == nil, "\(text)") }
    }

    @Test func reportsWhatTheServerSaysWithoutTheValues() async throws {
        let database = try await TestDatabase()
        let connection = try database.connect()
        defer { withExtendedLifetime(database) {} }
        let error = #expect(throws: PostgresError.self) {
            try connection.run("SELECT 1 / \(0)::integer")
        }
        #expect(error?.sqlState == "22012")
        #expect(error?.diagnostic.message.contains("division by zero") == true)
    }

    @Test func rollsATransactionBackWhenItsBodyThrows() async throws {
        let database = try await TestDatabase()
        let connection = try database.connect()
        struct Stop: Error {}
        #expect(throws: Stop.self) {
            try connection.transaction { connection in
                try connection.run("CREATE TABLE half_done (x integer)")
                throw Stop()
            }
        }
        let count = try connection.run("SELECT to_regclass('half_done') IS NULL")[0]
        #expect(try count.value(0, as: Bool.self))
    }

    @Test func refusesAMigrationThatChangedAfterwards() async throws {
        let database = try await TestDatabase()
        let connection = try database.connect()
        defer { withExtendedLifetime(database) {} }
        let folder = try TestFolder()
        try folder.write("0900-first.sql", "CREATE TABLE first (x integer);")
        let migrations = try Migrations(folder: Directory(folder.path))
        #expect(try migrations.apply(on: connection) == ["0900-first"])
        #expect(try migrations.apply(on: connection) == [])
        try folder.write("0900-first.sql", "CREATE TABLE other (x integer);")
        let changed = try Migrations(folder: Directory(folder.path))
        #expect(throws: (any Error).self) { try changed.apply(on: connection) }
        try folder.write("0901-broken.sql", "CREATE TABLE second (x integer); SELECT nonsense;")
        try folder.write("0900-first.sql", "CREATE TABLE first (x integer);")
        let broken = try Migrations(folder: Directory(folder.path))
        #expect(throws: (any Error).self) { try broken.apply(on: connection) }
        let gone = try connection.run("SELECT to_regclass('second') IS NULL")[0]
        #expect(try gone.value(0, as: Bool.self))
    }

    @Test func handsSettingsToClientsByTheirEnvironment() throws {
        let target = ConnectionTarget(url: "postgresql://ann:secret@db.example:5433/site")
        let environment = try target.environment()
        #expect(environment["PGHOST"] == "db.example")
        #expect(environment["PGPORT"] == "5433")
        #expect(environment["PGUSER"] == "ann")
        #expect(environment["PGPASSWORD"] == "secret")
        #expect(environment["PGDATABASE"] == "site")
    }
}
