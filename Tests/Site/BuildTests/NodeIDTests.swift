import Foundation
import PostgreSQL
import TestSupport
import Testing

/// Ids of nodes name folders: in rows, and in every call.
@Suite struct NodeIDTests {
    @Test(arguments: [
        "../outside", "a/../acme", "/acme", "..", ".x", "a/", "acme\u{301}", "a b", "-a",
    ])
    func theDatabaseRefusesWhatIsNoName(_ id: String) async throws {
        let database = try await TestDatabase()
        #expect(throws: (any Error).self) {
            try database.connect().run(
                "INSERT INTO robbieblocks_node_branding (node_id, node_name) VALUES (\(id), 'x')")
        }
        try database.connect().run(
            "INSERT INTO robbieblocks_node_branding (node_id, node_name) VALUES ('A.b_c-1', 'x')")
    }

    @Test func rowsThatExistAreNamedAndTheOthersAreBuilt() async throws {
        let site = try await TestSite(Rows.page("home", route: "/"))
        // As a row that is older than the constraint.
        try site.database.run(
            """
            ALTER TABLE robbieblocks_node_branding
                DROP CONSTRAINT robbieblocks_node_branding_node_id_check;
            INSERT INTO robbieblocks_node_branding (node_id, node_name) VALUES ('../outside', 'x');
            DELETE FROM robbieblocks_migrations WHERE number = 140;
            """)
        let url = site.database.url
        let initialized = try Program.robbieblocks("init", "--schema-only", database: url)
        #expect(initialized.status == 0, "\(initialized.errors)")
        #expect(initialized.output.contains("0140-node-ids"))

        let output = site.output + "/below"
        let all = try Program.robbieblocks("build", "--all", "--output", output, database: url)
        #expect(all.status == 1, "\(all.output)")
        #expect(all.errors.contains("node '../outside'") && all.errors.contains("bad-node-id"))
        #expect(all.output.contains("acme: release 1"))
        let status = try Program.robbieblocks("status", "--all", "--output", output, database: url)
        #expect(status.status == 1 && status.errors.contains("bad-node-id"))
        #expect(!FileManager.default.fileExists(atPath: site.output + "/outside"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: output) == ["acme"])
    }

    @Test func everyCommandChecksTheName() async throws {
        let site = try await TestSite(Rows.page("home", route: "/"))
        let url = site.database.url
        let commands = [
            ["build"], ["watch"], ["dev", "--port", "0"], ["serve", "--port", "0"], ["plan"],
            ["why", "/"], ["status"], ["releases"], ["rollback"], ["resume"],
            ["nginx", "--domain", "a.example"], ["systemd"], ["chat", "--port", "0"],
        ]
        let environment = ["ROBBIEBLOCKS_HOME": ProjectFolder.path, "DATABASE_URL": url]
        for command in commands {
            let refused = try Program.run(
                ProjectFolder.program,
                command
                    + ["--node", "a/../acme", "--output", site.output].filter {
                        command[0] != "plan" || !["--output", site.output].contains($0)
                    }, environment: environment)
            #expect(refused.status == 2, "\(command): \(refused.output)\(refused.errors)")
            #expect(refused.errors.contains("--node takes a name"), "\(command): \(refused.errors)")
        }
        // One that is a name, and that no row has.
        for command in [["build"], ["watch"], ["dev", "--port", "0"], ["status"]] {
            let unknown = try Program.run(
                ProjectFolder.program, command + ["--node", "acm", "--output", site.output],
                environment: environment)
            #expect(unknown.status == 2, "\(command): \(unknown.output)\(unknown.errors)")
            #expect(unknown.errors.contains("did you mean 'acme'?"), "\(command)")
            #expect(!FileManager.default.fileExists(atPath: site.output + "/acm"))
        }
    }
}
