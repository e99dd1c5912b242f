import Build
import Core
import Glibc
import PostgreSQL
import Synchronization
import TestSupport
import Testing

/// The environment fails: the error says so, and the published site stays as it was.
@Suite struct FaultTests {
    private func diagnostic(of work: () async throws -> Void) async -> Diagnostic? {
        do {
            try await work()
            return nil
        } catch {
            return (error as? any DiagnosedError)?.diagnostic
        }
    }

    @Test func theDatabaseIsDown() async throws {
        let site = try await TestSite(Rows.page("home", route: "/"))
        try await site.build()
        let before = try site.files()
        let nowhere = ConnectionTarget(settings: ["host": site.folder.path, "dbname": "x"])
        let fault = await diagnostic {
            _ = try await site.builder(database: nowhere)
                .build(BuildOptions(node: site.node, output: site.output, workers: 1))
        }
        #expect(fault?.code == .databaseUnavailable)
        #expect(fault?.code.exitCode == .environment)
        #expect(try site.files() == before)
    }

    @Test func theDatabaseLacksTheSchema() async throws {
        let site = try await TestSite()
        try site.database.run("DROP TABLE robbieblocks_node_branding CASCADE")
        let fault = await diagnostic { try await site.build() }
        #expect(fault?.code == .schemaMissing)
        #expect(fault?.hint == "run: robbieblocks init")
    }

    @Test func theNodeIsUnknown() async throws {
        let site = try await TestSite()
        let fault = await diagnostic { try await site.build { $0.node = "acmee" } }
        #expect(fault?.code == .unknownNode)
        #expect(fault?.hint == "did you mean 'acme'?")
    }

    @Test func theDatabaseDiesHalfWay() async throws {
        let pages = (0..<600).map {
            Rows.page("p\($0)", route: "/p\($0)/", content: "# Page \($0)")
        }
        let site = try await TestSite(pages.joined())
        try await site.build()
        let before = try site.files()
        try site.database.run("UPDATE robbieblocks_pages SET content = 'changed'")
        let isDone = Mutex(false)
        let killer = try site.database.connect()
        let kill = Killer(connection: killer)
        let fault = await diagnostic {
            _ = try await site.builder().build(
                BuildOptions(node: site.node, output: site.output, workers: 1)
            ) { progress in
                guard case .rendering(let done, _) = progress, done > 0 else { return }
                if isDone.withLock({
                    let was = $0; $0 = true; return !was
                }) {
                    kill.endTheOthers()
                }
            }
        }
        #expect(isDone.withLock { $0 })
        #expect(fault?.code == .databaseUnavailable)
        #expect(try site.files() == before)
        #expect(try await site.build().outcome == .published(release: 2))
    }

    /// Ends every other connection to the test's database, as an administrator can.
    private final class Killer: Sendable {
        private let connection: Mutex<Connection>

        init(connection: sending Connection) { self.connection = Mutex(connection) }

        func endTheOthers() {
            connection.withLock {
                _ = try? $0.run(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid()
                    """)
            }
        }
    }

    @Test func theDiskIsFull() async throws {
        let content = String(repeating: "Lorem ipsum dolor sit amet. ", count: 400)
        let pages = (0..<200).map { Rows.page("p\($0)", route: "/p\($0)/", content: content) }
        let site = try await TestSite(pages.joined())
        // A small file system of its own, in a mount namespace that ends with the commands.
        let result = try Program.run(
            "/usr/bin/unshare",
            (geteuid() == 0 ? [] : ["--user", "--map-root-user"]) + [
                "--mount", "/bin/sh", "-ec",
                """
                mkdir "$OUT" && mount -t tmpfs -o size=2200k none "$OUT"
                psql -q "$DATABASE_URL" -c "UPDATE robbieblocks_pages SET status = 'draft' WHERE page_key > 'p2'"
                "$PROGRAM" build --node acme --output "$OUT" --compression off
                before=$(find "$OUT/acme/current/" -type f | sort | xargs sha256sum)
                psql -q "$DATABASE_URL" -c "UPDATE robbieblocks_pages SET status = 'published'"
                code=0; "$PROGRAM" build --node acme --output "$OUT" --compression off || code=$?
                after=$(find "$OUT/acme/current/" -type f | sort | xargs sha256sum)
                test "$before" = "$after" && test -n "$before" && echo "the site is the same"
                mount -o remount,size=50m "$OUT"
                "$PROGRAM" build --node acme --output "$OUT" --compression off
                exit "$code"
                """,
            ],
            environment: [
                "DATABASE_URL": site.database.url, "OUT": site.folder.path + "/small",
                "PROGRAM": ProjectFolder.program, "ROBBIEBLOCKS_HOME": ProjectFolder.path,
            ])
        #expect(result.status == 3, "\(result.output) \(result.errors)")
        #expect(result.errors.contains("No space left on device"))
        #expect(result.errors.contains("the published site is unchanged"))
        #expect(result.output.contains("the site is the same"))
        #expect(result.output.contains("release 2"))
    }

    @Test func refusesToPublishAnEmptySite() async throws {
        let pages = (0..<8).map { Rows.page("p\($0)", route: "/p\($0)/") }
        let site = try await TestSite(pages.joined())
        try await site.build()
        let before = try site.files()
        try site.database.run("DELETE FROM robbieblocks_pages WHERE page_key <> 'p1'")
        #expect(try await site.build().errors.map(\.code) == [.mostPagesGone])
        try site.database.run("TRUNCATE robbieblocks_pages CASCADE")
        #expect(try await site.build().errors.map(\.code) == [.nothingToPublish])
        #expect(try site.files() == before)
        let forced = try await site.build { $0.isForced = true }
        #expect(forced.outcome == .published(release: 2))
    }
}
