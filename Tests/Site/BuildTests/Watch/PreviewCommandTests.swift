import Foundation
import PostgreSQL
import SiteModel
import System
import TestSupport
import Testing

/// `dev` and `serve`, as a whole.
@Suite struct PreviewCommandTests {
    @Test func aPreviewFollowsTheDatabase() async throws {
        let site = try await TestSite(CommandSite.rows)
        let reserved = try ReservedPort()
        let port = reserved.port
        let dev = try RunningProgram(
            "dev", "--node", site.node, "--output", site.output, "--port", "\(port)",
            database: site.database.url)
        try await dev.waitFor("acme is at http://127.0.0.1:\(port)/")
        try await dev.waitFor("release 1")
        try site.database.run(LiveSite.edit("home", "seen in the browser"))
        try await dev.waitFor("release 2")
        let page = try await HTTPClient(port: port).send("GET", "/", headers: [:], body: [])
        #expect(page.text.contains("seen in the browser"))
        #expect(page.text.contains("/_robbieblocks/live.js"))
        #expect(!(try site.text("index.html").contains("_robbieblocks")))
        try await expectAnswer(about: "browser", from: port)
        #expect(try await dev.terminate() == .exited(0))
    }

    /// A preview answers chat requests, as behind nginx.
    @Test func aServedSiteAnswersItsVisitors() async throws {
        let site = try await TestSite(CommandSite.rows)
        try site.database.run(LiveSite.edit("home", "The lighthouse is open on Sundays."))
        #expect(try site.command("build").status == 0)
        let reserved = try ReservedPort()
        let port = reserved.port
        let serve = try RunningProgram(
            "serve", "--node", site.node, "--output", site.output, "--port", "\(port)",
            database: site.database.url)
        try await serve.waitFor("acme is at http://127.0.0.1:\(port)/")
        try await expectAnswer(about: "lighthouse", from: port)
        let page = try await HTTPClient(port: port).send("GET", "/")
        #expect(page.text.contains("lighthouse"))
        let foreign = try await ask("lighthouse", port, headers: ["origin": "http://evil.example"])
        #expect(foreign.status == 403)
        #expect(try await serve.terminate() == .exited(0))
    }

    /// A site is shown without chat when there is no database; the reason is said.
    @Test func aSiteIsServedWithoutADatabase() async throws {
        let site = try await TestSite(CommandSite.rows)
        #expect(try site.command("build").status == 0)
        let reserved = try ReservedPort()
        let port = reserved.port
        let serve = try RunningProgram(
            "serve", "--node", site.node, "--output", site.output, "--port", "\(port)",
            database: "postgresql://nobody@127.0.0.1:1/none")
        try await serve.waitFor("acme is at http://127.0.0.1:\(port)/")
        #expect(serve.output.contains("without chat: "))
        #expect(try await HTTPClient(port: port).send("GET", "/").status == 200)
        #expect(try await HTTPClient(port: port).send("GET", "/api/health").status == 404)
        #expect(try await serve.terminate() == .exited(0))
    }

    private func ask(
        _ word: String, _ port: Int, headers: [String: String] = [:]
    ) async throws -> HTTPAnswer {
        try await HTTPClient(port: port).send(
            "POST", "/api/chat",
            headers: ["content-type": "application/json"].merging(headers) { _, given in given },
            body: Array(#"{"message":"What about the \#(word)?"}"#.utf8))
    }

    /// The pages are read in the background, so that the first answers may know nothing.
    private func expectAnswer(about word: String, from port: Int) async throws {
        var answer: HTTPAnswer?
        try await waitUntil(
            "the chat quotes the page about \(word)", every: .milliseconds(500)
        ) {
            answer = try await ask(word, port)
            return answer?.text.contains(#""route":"/""#) == true
        }
        #expect(answer?.status == 200)
        #expect(answer?.text.contains(#""source":"retrieval""#) == true)
    }
}
