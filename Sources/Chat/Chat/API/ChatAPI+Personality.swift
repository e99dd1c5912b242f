import HTTP

extension ChatAPI {
    /// `PUT /api/personality`: requires the administrator's token. Omitted members stay unchanged.
    func setPersonality(
        _ request: HTTPRequest, of node: ChatNode
    ) async throws(ChatFault) -> HTTPResponse {
        guard let adminToken, AccessToken.isShown([adminToken], by: request) else {
            throw .unauthorized
        }
        let object = try object(of: request)
        var change = PersonalityChange()
        change.mood = try object.integer("mood", in: 1...7)
        change.mode = try object.label("mode", limit: 50)
        change.gandhiGenghis = try object.integer("gandhi_genghis", in: 1...10)
        change.energy = try object.integer("energy", in: 0...100)
        change.focus = try object.integer("focus", in: 0...100)
        let changed = try await stored { store throws(ChatStoreError) in
            try await store.change(change, of: node.name, by: "api")
        }
        node.personality.show(changed)
        return Reply.json(200, changed.json())
    }
}
