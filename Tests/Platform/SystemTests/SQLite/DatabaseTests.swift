import Core
import System
import TestSupport
import Testing

@Suite struct DatabaseTests {
    private struct Interruption: Error {}

    private func open(
        _ folder: TestFolder, _ access: Database.Access = .readWrite, wait: Int = 0
    ) throws -> Database {
        try Database(path: folder.path + "/file.sqlite", access: access, busyMilliseconds: wait)
    }

    @Test func valuesSurviveTheJourney() throws {
        let folder = try TestFolder()
        let database = try open(folder)
        try database.run(
            script: "CREATE TABLE things (a INTEGER, b TEXT, c BLOB, d BLOB) STRICT")
        let digest = SHA256Digest(hashing: "x")
        #expect(
            try database.run(
                "INSERT INTO things VALUES (?, ?, ?, ?)", .integer(-7), .text("é\u{0}z"),
                .bytes([0, 255]), .digest(digest)) == 1)
        try database.run(
            "INSERT INTO things VALUES (?, ?, ?, ?)", .integer(.max), .text(""), .bytes([]),
            .null)
        try database.run(
            "INSERT INTO things VALUES (?, ?, ?, ?)", .integer(nil), .text(nil), .null,
            .digest(nil))
        let first = try database.first("SELECT * FROM things ORDER BY rowid") { row in
            (
                number: try row.integer(0), text: try row.text(1), bytes: try row.bytes(2),
                digest: try row.digest(3)
            )
        }
        #expect(first?.number == -7)
        #expect(first?.text == "é\u{0}z")
        #expect(first?.bytes == [0, 255])
        #expect(first?.digest == digest)
        let empty = try database.first("SELECT * FROM things WHERE a = ?", .integer(.max)) { row in
            (
                text: try row.optionalText(1), bytes: try row.bytes(2),
                digest: try row.optionalDigest(3)
            )
        }
        #expect(empty?.text == "" && empty?.bytes == [] && empty?.digest == nil)
        let nulls = try database.query("SELECT a, b FROM things WHERE a IS NULL") { row in
            (try row.optionalInteger(0), try row.optionalText(1))
        }
        #expect(nulls.count == 1 && nulls[0].0 == nil && nulls[0].1 == nil)
        #expect(try database.first("SELECT 1 WHERE 0") { try $0.integer(0) } == nil)
    }

    @Test func takesNoColumnForAnother() throws {
        let folder = try TestFolder()
        let database = try open(folder)
        let fault = #expect(throws: SQLiteError.self) {
            try database.first("SELECT 'text'") { try $0.integer(0) }
        }
        #expect(fault?.isDamage == true)
        #expect(throws: SQLiteError.self) {
            try database.first("SELECT x'0102'") { try $0.digest(0) }
        }
    }

    @Test func aStatementMayRunInsideItsOwnAnswer() throws {
        let folder = try TestFolder()
        let database = try open(folder)
        try database.run(script: "CREATE TABLE n (v INTEGER) STRICT; INSERT INTO n VALUES (1), (2)")
        var pairs: [[Int]] = []
        try database.forEach("SELECT v FROM n ORDER BY v") { outer in
            let first = try outer.integer(0)
            try database.forEach("SELECT v FROM n ORDER BY v") { inner in
                pairs.append([first, try inner.integer(0)])
            }
        }
        #expect(pairs == [[1, 1], [1, 2], [2, 1], [2, 2]])
    }

    @Test func aTransactionIsWholeOrNothing() throws {
        let folder = try TestFolder()
        let database = try open(folder)
        try database.run(script: "CREATE TABLE n (v INTEGER UNIQUE) STRICT")
        try database.transaction { try database.run("INSERT INTO n VALUES (1)") }
        #expect(throws: Interruption.self) {
            try database.transaction {
                try database.run("INSERT INTO n VALUES (2)")
                throw Interruption()
            }
        }
        #expect(!database.isInTransaction)
        let reader = try open(folder, .readOnly)
        try database.begin()
        try database.run("INSERT INTO n VALUES (3)")
        #expect(try reader.query("SELECT v FROM n") { try $0.integer(0) } == [1])
        try database.commit()
        #expect(try reader.query("SELECT v FROM n") { try $0.integer(0) } == [1, 3])
        #expect(throws: SQLiteError.self) { try reader.run("INSERT INTO n VALUES (4)") }
        database.rollBack()
    }

    @Test func waitsForAWriterNoLongerThanItIsTold() throws {
        let folder = try TestFolder()
        let first = try open(folder)
        try first.run(script: "CREATE TABLE n (v INTEGER) STRICT")
        let second = try open(folder, wait: 50)
        try first.begin()
        let begin = monotonicMilliseconds()
        let fault = #expect(throws: SQLiteError.self) { try second.begin() }
        #expect(fault?.isBusy == true)
        #expect(monotonicMilliseconds() - begin >= 40)
        #expect(fault?.diagnostic.message.hasSuffix("is in use by another process") == true)
        first.rollBack()
        try second.begin()
    }

    @Test func saysWhatIsWrongAndWhere() throws {
        let folder = try TestFolder()
        try folder.write("file.sqlite", String(repeating: "no database ", count: 400))
        let fault = #expect(throws: SQLiteError.self) { try self.open(folder) }
        #expect(fault?.isDamage == true)
        #expect(fault?.diagnostic.message.contains(folder.path + "/file.sqlite") == true)
        #expect(fault?.diagnostic.hint == "build the site again with --force")

        let missing = #expect(throws: SQLiteError.self) { try self.open(TestFolder(), .readOnly) }
        #expect(missing?.isDamage == false)
        #expect(
            SQLiteError(code: 13, message: "full", path: "/x").diagnostic.message
                == "cannot write '/x': No space left on device")
    }

    /// More statements than are kept prepared.
    @Test func forgetsStatementsBeyondItsLimit() throws {
        let folder = try TestFolder()
        let database = try open(folder)
        for number in 0..<300 {
            #expect(try database.first("SELECT \(number)") { try $0.integer(0) } == number)
        }
    }
}
