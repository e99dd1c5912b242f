import Foundation
import PostgreSQL
import System
import TestSupport

@testable import Chat

/// A real site with an index that follows it.
final class IndexedSite: Sendable {
    let site: TestSite
    let knowledge: KnowledgeBase
    let events: AsyncStream<KnowledgeEvent>
    private let index: Task<Void, Never>

    init(
        _ site: TestSite, embedder: TextEmbedder? = nil,
        settings: KnowledgeIndex.Settings = .init()
    ) throws {
        self.site = site
        let (events, event) = AsyncStream.makeStream(of: KnowledgeEvent.self)
        self.events = events
        let index = KnowledgeIndex(
            database: site.database.target, output: site.output, node: site.node,
            embedder: embedder, settings: settings
        ) { event.yield($0) }
        self.index = Task { await index.run() }
        knowledge = KnowledgeBase(
            pool: ConnectionPool(to: site.database.target, role: "robbieblocks_chat"),
            output: site.output)
    }

    deinit { index.cancel() }

    /// Ends the following and waits for it.
    func stop() async {
        index.cancel()
        await index.value
    }

    /// Waits until the index tells what is wanted.
    func wait(_ isWanted: (KnowledgeEvent) -> Bool) async throws {
        for await event in events where isWanted(event) { return }
        throw HTTPClient.Failure(description: "the index ended")
    }

    /// Waits until the index has read so many pages in one go.
    func waitForPages(_ count: Int) async throws {
        try await wait { if case .indexed(let read, _, _) = $0 { read == count } else { false } }
    }

    func routes(_ question: String) async throws -> [String] {
        try await knowledge.search(node: site.node, question: question, limit: 20).map(\.route)
    }

    func texts(_ question: String) async throws -> [String] {
        try await knowledge.search(node: site.node, question: question, limit: 20).map(\.text)
    }
}

extension TestSite {
    /// Rows of published pages: key → Markdown; the key is the route.
    static func pages(_ pages: [(String, String)]) -> String {
        pages.map { key, text in
            """
            INSERT INTO robbieblocks_pages
                (page_key, app_namespace, page_name, page_route, content, status)
            VALUES ('\(key)', 'shared', 'Page \(key)', '/\(key == "home" ? "" : key + "/")',
                $page$\(text)$page$, 'published');
            """
        }.joined(separator: "\n")
    }

    func edit(_ sql: String) throws { try database.connect().run(script: sql) }
}
