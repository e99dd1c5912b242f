import Build
import Foundation
import Publishing
import System
import TestSupport
import Testing

/// Damage to the output folder as builds, a watch and `verify` meet it.
@Suite struct RepairTests {
    private static let rows =
        Rows.page("home", route: "/", content: "first") + Rows.page("about", route: "/about/")
        + Rows.page("other", route: "/other/")

    /// A watch: the same keeper goes on over everything that happens to its folder.
    @Test func aKeeperOutlastsItsFolder() async throws {
        let site = try await TestSite(Self.rows)
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        let clean = try await site.cleanManifest()
        let damages = [
            "rm -r objects/*", "rm -r \"$PWD\"", "rm -r objects", "rm ledger.sqlite*",
            "rm -r current/about; touch current/about", "rm current",
            "echo defaced > current/other/index.html",
        ]
        for (round, command) in damages.enumerated() {
            let done = try Program.run(
                "/bin/sh", ["-c", "cd '\(site.output)/acme' && \(command)"])
            try #require(done.status == 0, "\(command): \(done.errors)")
            // What a watch does every five minutes, or after an error.
            let report = try await keeper.build(.reconciliation)
            #expect(!report.repairs.isEmpty, "\(command)")
            #expect(report.errors.isEmpty, "\(command)")
            #expect(try site.liveManifest() == clean, "\(command)")
            // An edit there and back: the other tree is served, then this one again.
            for text in ["edit \(round)", "first"] {
                try site.database.run(
                    "UPDATE robbieblocks_pages SET content = '\(text)' WHERE page_key = 'home'")
                #expect(try await keeper.build(.changes).rendered > 0, "\(command)")
                _ = try site.liveManifest()
            }
            #expect(try site.liveManifest().buildHash == clean.buildHash, "\(command)")
        }
        let folder = try SiteFolder(output: site.output, node: site.node)
        #expect(try folder.verify(repairs: false).faults.isEmpty)
    }

    @Test func theProgramRepairsAndSaysSo() async throws {
        let site = try await TestSite(Self.rows)
        let root = site.output + "/acme"
        func run(_ arguments: String...) throws -> Program.Result {
            try Program.run(
                ProjectFolder.program, arguments + ["--node", "acme", "--output", site.output],
                environment: [
                    "ROBBIEBLOCKS_HOME": ProjectFolder.path, "DATABASE_URL": site.database.url,
                ])
        }
        #expect(try run("verify").status == 1)
        #expect(try run("build").status == 0)
        let before = try site.files()
        #expect(try run("verify", "--json").output.contains(#""isSound":true"#))

        // A page whose bytes are nowhere is rendered again, by a build that has nothing else to do.
        try FileManager.default.removeItem(atPath: root + "/objects")
        for tree in try FileManager.default.contentsOfDirectory(atPath: root + "/trees") {
            try? FileManager.default.removeItem(atPath: "\(root)/trees/\(tree)/about")
        }
        let build = try run("build")
        #expect(build.status == 0, "\(build.errors)")
        #expect(build.output.contains("repaired: "))
        #expect(build.output.contains("rendered again from the rows"))
        #expect(try site.files() == before)
        #expect(try run("status").output.contains("faults in the output folder"))
        #expect(try run("status", "--json").output.contains(#""remedy":"rendered-again""#))

        // Bytes that keep size and time.
        let file = root + "/current/other/index.html"
        var bytes = try Array(Data(contentsOf: URL(fileURLWithPath: file)))
        bytes[bytes.count / 2] ^= 1
        let folder = try Directory(root)
        let time = try #require(folder.entry("current/other/index.html")).modified / 1_000_000_000
        let handle = try #require(FileHandle(forWritingAtPath: file))
        try handle.write(contentsOf: bytes)
        try handle.close()
        try folder.setModified("current/other/index.html", time)
        let found = try run("verify")
        #expect(found.status == 3)
        #expect(found.output.contains("has other bytes"))
        #expect(found.output.contains("1 fault; to repair, run: robbieblocks verify --node acme"))
        let repaired = try run("verify", "--repair")
        #expect(repaired.status == 0, "\(repaired.output) \(repaired.errors)")
        #expect(repaired.output.contains("restored"))
        #expect(try site.files() == before)
        #expect(try run("verify").output.contains("everything matches the ledger"))

        // While the site is held, lost bytes stay lost, which is no success.
        let update = "UPDATE robbieblocks_pages SET content = '%' WHERE page_key = 'home'"
        try site.database.run(update.replacingOccurrences(of: "%", with: "second"))
        #expect(try run("build").status == 0)
        #expect(try run("rollback").status == 0)
        try Data("defaced".utf8).write(to: URL(fileURLWithPath: root + "/current/index.html"))
        try FileManager.default.removeItem(atPath: root + "/objects")
        for _ in 0..<2 {
            let held = try run("verify", "--repair")
            #expect(held.status == 3, "\(held.output)")
            #expect(held.output.contains("run: robbieblocks resume --node acme --output /"))
        }
        #expect(try run("verify", "--repair", "--json").output.contains(#""heldRelease":"#))
        #expect(try run("resume").status == 0)
        try site.database.run(update.replacingOccurrences(of: "%", with: "first"))
        #expect(try run("build").status == 0)
        #expect(try run("verify").status == 0)
        #expect(try site.files() == before)

        // A ledger that contradicts itself, and a build that is insisted on.
        try Data("no database".utf8).write(to: URL(fileURLWithPath: root + "/ledger.sqlite"))
        for suffix in ["-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: root + "/ledger.sqlite" + suffix)
        }
        let forced = try run("build", "--force", "--json")
        #expect(forced.status == 0, "\(forced.errors)")
        #expect(forced.output.contains(#""remedy":"started-over""#))
        #expect(try site.files() == before)
        #expect(try run("verify").status == 0)
    }
}
