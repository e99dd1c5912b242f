import Core
import FoundationEssentials
import HTTP

extension ChatAPI {
    /// `GET /api/conversations`: most recently used first; empty for a new visitor.
    func conversations(_ request: HTTPRequest, _ visit: RequestContext) async throws(ChatFault)
        -> HTTPResponse
    {
        let (limit, before) = try paging(request)
        // Checked for new visitors as well, so that invalid parameters are always reported.
        if let before, !Self.isCursor(before) {
            throw .invalid("before", "must be the value of 'next' in a listing")
        }
        guard let visitor = visit.visitor else {
            return Reply.json { Self.list("conversations", [], next: nil, into: &$0) }
        }
        let page = try await stored { store throws(ChatStoreError) in
            try await store.conversations(
                of: visitor, node: visit.node.name, limit: limit, before: before)
        }
        return Reply.json { json in
            Self.list("conversations", page.elements.map(\.json), next: page.next, into: &json)
        }
    }

    /// `POST /api/conversations`.
    func createConversation(
        _ request: HTTPRequest, _ visit: RequestContext
    ) async throws(ChatFault) -> HTTPResponse {
        guard let visitor = visit.visitor else { throw .invalidSession }
        var title: String?
        if !request.body.isEmpty {
            title = try object(of: request).label("title", limit: 200)
        }
        try engine.beginConversation(visit.caller)
        let conversation = try await stored { store throws(ChatStoreError) in
            try await store.createConversation(
                of: visitor, node: visit.node.name, title: title)
        }
        return Reply.json(201, conversation.json)
    }

    /// `GET /api/conversations/{id}/messages`: the current path, in order.
    func messages(
        _ id: String, _ request: HTTPRequest, _ visit: RequestContext
    ) async throws(ChatFault) -> HTTPResponse {
        let (limit, before) = try paging(request)
        let (conversation, visitor) = try conversation(id, visit)
        let page = try await stored { store throws(ChatStoreError) in
            try await store.messages(
                of: conversation, visitor: visitor, node: visit.node.name, limit: limit,
                before: before)
        }
        return Reply.json { json in
            Self.list("messages", page.elements.map(\.json), next: page.next, into: &json)
        }
    }

    /// `GET /api/messages/{id}/versions`: all versions of a message that was edited or regenerated.
    func versions(_ id: String, _ visit: RequestContext) async throws(ChatFault) -> HTTPResponse {
        guard let message = Identifier.canonical(id).flatMap({ UUID(uuidString: $0) }),
            let visitor = visit.visitor
        else { throw .unknownMessage }
        let versions = try await stored { store throws(ChatStoreError) in
            try await store.versions(of: message, visitor: visitor, node: visit.node.name)
        }
        return Reply.json { json in
            Self.list("messages", versions.map(\.json), next: nil, into: &json)
        }
    }

    /// `POST /api/conversations/{id}/stop`: ends its answers in progress.
    func stop(_ id: String, _ visit: RequestContext) async throws(ChatFault) -> HTTPResponse {
        let (conversation, visitor) = try conversation(id, visit)
        let stopped = engine.stop(
            conversation: conversation.text, of: visitor, on: visit.node.name)
        if stopped.isEmpty {
            // Answers 404 if the conversation is not the visitor's.
            _ = try await stored { store throws(ChatStoreError) in
                try await store.messages(
                    of: conversation, visitor: visitor, node: visit.node.name, limit: 1)
            }
        }
        return Reply.json { json in
            json.name("stopped")
            json.array(stopped) { $0.string($1.identity.answer) }
        }
    }

    /// `DELETE /api/conversations/{id}`.
    func delete(_ id: String, _ visit: RequestContext) async throws(ChatFault) -> HTTPResponse {
        let (conversation, visitor) = try conversation(id, visit)
        let stopped = engine.stop(
            conversation: conversation.text, of: visitor, on: visit.node.name)
        for answer in stopped { await answer.wait() }
        try await stored { store throws(ChatStoreError) in
            try await store.delete(conversation, of: visitor, node: visit.node.name)
        }
        return HTTPResponse(204, fields: ["cache-control": "no-store"])
    }

    /// `GET /api/conversations/{id}/export`: all stored data of the conversation, as a download.
    func export(_ id: String, _ visit: RequestContext) async throws(ChatFault) -> HTTPResponse {
        let (conversation, visitor) = try conversation(id, visit)
        let document = try await stored { store throws(ChatStoreError) in
            try await store.export(conversation, of: visitor, node: visit.node.name)
        }
        var response = Reply.json(200, document)
        response.fields["content-disposition"] =
            "attachment; filename=\"conversation-\(conversation.text).json\""
        return response
    }

    /// Calls the store, and translates its errors.
    func stored<Value: Sendable>(
        _ body: (ChatStore) async throws(ChatStoreError) -> Value
    ) async throws(ChatFault) -> Value {
        do throws(ChatStoreError) {
            return try await body(engine.store)
        } catch {
            throw ChatFault(error)
        }
    }

    private func conversation(
        _ id: String, _ visit: RequestContext
    ) throws(ChatFault) -> (conversation: UUID, visitor: UUID) {
        guard let conversation = Identifier.canonical(id).flatMap({ UUID(uuidString: $0) }),
            let visitor = visit.visitor
        else { throw .unknownConversation }
        return (conversation, visitor)
    }

    /// Reads `limit` and `before` of a listing.
    private func paging(
        _ request: HTTPRequest
    ) throws(ChatFault) -> (limit: Int, before: String?) {
        let limit = try integer("limit", of: request, in: 1...100) ?? 50
        let before = try single("before", of: request)
        guard before.map({ (1...100).contains($0.utf8.count) }) ?? true else {
            throw .invalid("before", "must be the value of 'next' in a listing")
        }
        return (limit, before)
    }

    /// Whether a text has the form of a cursor for conversations: a time and an id.
    private static func isCursor(_ text: String) -> Bool {
        let parts = text.splitUTF8(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 2 && (1...16).contains(parts[0].utf8.count)
            && parts[0].utf8.allSatisfy { (0x30...0x39).contains($0) }
            && UUID(uuidString: String(parts[1])) != nil
    }

    /// Returns a whole number from the query; nil when it is absent.
    func integer(
        _ name: String, of request: HTTPRequest, in range: ClosedRange<Int>
    ) throws(ChatFault) -> Int? {
        guard let text = try single(name, of: request) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw .invalid(
                name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// Returns a value from the query that may occur at most once; nil when it is absent.
    func single(_ name: String, of request: HTTPRequest) throws(ChatFault) -> String? {
        let values = request.query.filter { $0.name == name }
        guard values.count <= 1 else { throw .invalid(name, "must be given once") }
        return values.first?.value
    }

    private static func list(
        _ name: String, _ elements: [[UInt8]], next: String?, into json: inout JSONBytes
    ) {
        json.name(name)
        json.array(elements) { $0.raw($1) }
        json.member("next", next)
    }
}

extension Conversation {
    /// The form in the API.
    fileprivate var json: [UInt8] {
        var json = JSONBytes(capacity: 256)
        json.object {
            $0.member("id", id.text)
            $0.member("title", title.map { ConversationTitle.title(of: $0) })
            $0.member("created_at", isoTimestamp(milliseconds: createdAt))
            $0.member("updated_at", isoTimestamp(milliseconds: updatedAt))
        }
        return json.bytes
    }
}

extension Message {
    /// The form in the API.
    fileprivate var json: [UInt8] {
        var json = JSONBytes(capacity: 512 + text.utf8.count)
        json.object {
            $0.member("id", id.text)
            $0.member("conversation_id", conversation.text)
            $0.member("role", role.rawValue)
            $0.member("content", text)
            $0.member("status", status.rawValue)
            $0.member("source", source?.rawValue)
            $0.member("model", model)
            $0.name("citations")
            $0.array(citations) { $0.citation($1) }
            $0.member("parent_id", parent?.text)
            $0.name("versions")
            $0.array(versions) { $0.string($1.text) }
            $0.member("is_current", isCurrent)
            $0.member("created_at", isoTimestamp(milliseconds: createdAt))
        }
        return json.bytes
    }
}
