import Build
import Foundation
import Publishing
import System
import TestSupport
import Testing

/// The pages are gone, probably by mistake: the last good site stays, unless --force is given.
@Suite struct EmptySiteTests {
    @Test(arguments: [
        "TRUNCATE robbieblocks_pages CASCADE", "DELETE FROM robbieblocks_pages",
        "UPDATE robbieblocks_pages SET status = 'archived'",
        "DELETE FROM robbieblocks_pages WHERE page_key > 'p1'",
    ])
    func theLastGoodSiteStays(mistake: String) async throws {
        let pages = (0..<8).map {
            Rows.page("p\($0)", route: $0 == 0 ? "/" : "/p\($0)/", content: "page \($0)")
        }.joined()
        let site = try await TestSite(pages)
        let live = try await LiveSite(site)
        let program = try live.program("watch")
        try await program.waitFor("release 1")
        let before = try site.files()

        try site.database.run(mistake)
        try await program.waitFor("nothing was published")
        #expect(try site.files() == before)
        #expect(try await live.text("/p7/").contains("page 7"))
        #expect(try live.pending() > 0)
        // The same from a builder by hand, which says how to insist.
        let refused = try Program.robbieblocks(
            "build", "--node", site.node, "--output", site.output, "--compression", "off",
            database: site.database.url)
        #expect(refused.status == 1, "\(refused.output)")
        #expect(refused.errors.contains("--force"), "\(refused.errors)")
        #expect(try site.files() == before)

        let forced = try Program.robbieblocks(
            "build", "--force", "--node", site.node, "--output", site.output, "--compression",
            "off", database: site.database.url)
        #expect(forced.status == 0, "\(forced.errors)")
        #expect(forced.output.contains("release 2"), "\(forced.output)")
        #expect(try await live.server.send("GET", "/p7/").status == 404)
        #expect(try live.pending() == 0)

        // The watcher goes on from what was insisted on.
        try site.database.run("TRUNCATE robbieblocks_pages CASCADE;" + pages)
        try await live.waitFor("page 7", at: "/p7/")
        try await waitUntil("all is acknowledged") { try live.pending() == 0 }
        #expect(try site.files() == before)
        #expect(try await program.terminate() == .exited(0), "\(program.output)")
    }
}
