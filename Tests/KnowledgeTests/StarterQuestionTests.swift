import PostgreSQL
import Publishing
import TestSupport
import Testing

@testable import Knowledge

/// What visitors of the starter site may ask, answered without a model.
@Suite(.timeLimit(.minutes(3))) struct StarterQuestionTests {
    /// A question, the page whose passage must be among those quoted, and words of that passage.
    private static let questions: [(String, String, String)] = [
        ("How much does a shelf test cost?", "/pricing/", "$7 for each shopper"),
        ("Who are your customers?", "/customers/", "every customer"),
        ("Where is your office?", "/about/", "Both offices"),
        ("How do I contact you?", "/contact/", "hello@testpilot.example"),
        ("Do you store personal data?", "/privacy/", ""),
        ("how many shoppers are on the panel", "/shopper-panel/", ""),
        ("Tell me about Brightwash, please", "/customers/brightwash/", ""),
        ("How do I add a component with SQL?", "/code/sql-guide/", "INSERT"),
        ("Is there a discount for startups?", "/pricing/", "ten per cent"),
        ("accessibility", "/accessibility/", "contrast"),
        ("Can I play the games with a keyboard?", "/accessibility/", "Tab moves between packs"),
    ]
    private static let unanswerable = [
        "What is the capital of Mongolia?", "Can you write me a poem about cats?", "Hello",
        "thank you", "🦄", "Wer hat die Wahl gewonnen?",
    ]

    @Test func naturalQuestionsFindTheirPages() async throws {
        let sites = try await StarterSites.start()
        let database = try await TestDatabase()
        let knowledge = KnowledgeBase(
            pool: ConnectionPool(to: database.target, role: "robbieblocks_chat"),
            output: sites.output)
        let (events, event) = AsyncStream.makeStream(of: KnowledgeEvent.self)
        for node in StarterSites.nodes {
            let index = KnowledgeIndex(
                database: database.target, output: sites.output, node: node
            ) { event.yield($0) }
            let task = Task { await index.run() }
            for await event in events {
                guard case .indexed(let pages, _, _) = event, pages > 0 else { continue }
                // Every page with an address of its own, and so not the page that says 404.
                #expect(try pages == sites[node].manifest.pageCount - 1)
                break
            }
            task.cancel()
        }
        for (question, route, words) in Self.questions {
            let passages = try await knowledge.search(node: "testpilot", question: question)
            let answer = RetrievalAnswer.compose(question: question, passages: passages)
            let quoted = answer.citations.map(\.route)
            #expect(quoted.contains(route), "\(question): \(answer.text)")
            let isSaid = words.isEmpty || passages.contains { $0.text.contains(words) }
            #expect(isSaid, "\(question): \(answer.text)")
            // Every link leads to an address of the release, and to a heading that is there.
            for citation in answer.citations {
                let path = String(citation.route.dropFirst()) + "index.html"
                let html = String(decoding: try sites["testpilot"].bytes(path) ?? [], as: UTF8.self)
                #expect(!html.isEmpty, "\(citation.link)")
                if let anchor = citation.anchor { #expect(html.contains("id=\"\(anchor)\"")) }
            }
        }
        for question in Self.unanswerable {
            let passages = try await knowledge.search(node: "testpilot", question: question)
            let answer = RetrievalAnswer.compose(question: question, passages: passages)
            #expect(!answer.isFound, "\(question): \(answer.text)")
        }
        // A node answers from its own pages.
        let other = try await knowledge.search(node: "aurora-town-local", question: "contact")
        #expect(other.allSatisfy { $0.node == "aurora-town-local" })
        #expect(
            try other.allSatisfy {
                try sites["aurora-town-local"].manifest.files[
                    String($0.route.dropFirst()) + "index.html"] != nil
            })
    }
}
