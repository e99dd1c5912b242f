import Core
import FoundationEssentials
import HTTP
import PostgreSQL

extension ChatAPI {
    /// `GET /api/memory/search?q=`: the visitor's own earlier messages on a subject.
    func searchMemory(
        _ request: HTTPRequest, _ visit: RequestContext
    ) async throws(ChatFault) -> HTTPResponse {
        let question = try single("q", of: request) ?? ""
        guard (1...1000).contains(question.unicodeScalars.count), !question.utf8.contains(0) else {
            throw .invalid("q", "must have 1 to 1000 characters, none of them NUL")
        }
        let limit = try integer("limit", of: request, in: 1...50) ?? 10
        var found: [MessageMatch] = []
        var isByMeaning = false
        if let visitor = visit.visitor {
            let embedding = await visit.node.generator.embedding(of: question)
            isByMeaning = embedding != nil
            do {
                found = try await engine.knowledge.recall(
                    visitor: visitor, node: visit.node.name, question: question,
                    embedding: embedding, limit: limit)
            } catch {
                var fault = ChatFault.unavailable
                fault.retryAfter = 5
                throw fault
            }
        }
        return Reply.json { json in
            json.name("results")
            json.array(found) { json, message in
                json.object {
                    $0.member("message_id", message.id.text)
                    $0.member("conversation_id", message.conversation.text)
                    $0.member("role", message.role)
                    $0.member("content", message.content)
                    $0.member(
                        "created_at", isoTimestamp(milliseconds: message.createdAt.milliseconds))
                }
            }
            json.member("search", isByMeaning ? "hybrid" : "full_text")
        }
    }
}
