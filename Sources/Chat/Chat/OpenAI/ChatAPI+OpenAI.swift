import Core
import HTTP
import System

/// The part of the API that is compatible with OpenAI's clients.
enum OpenAIAPI {
    /// `GET /v1/models`: lists the node itself, which passes a question to its models in order.
    static func models(of node: ChatNode) -> HTTPResponse {
        Reply.json { json in
            json.member("object", "list")
            json.name("data")
            json.array([node.name]) { json, name in
                json.object {
                    $0.member("id", name)
                    $0.member("object", "model")
                    $0.member("created", 0)
                    $0.member("owned_by", "robbieblocks")
                }
            }
        }
    }
}

extension ChatAPI {
    /// - Throws: 404 while no key is configured, 401 for a request without a valid key.
    func checkKey(of request: HTTPRequest) throws(ChatFault) {
        guard !apiKeys.isEmpty else { throw .switchedOff }
        guard AccessToken.isShown(apiKeys, by: request) else { throw .invalidKey }
    }

    /// `POST /v1/chat/completions`: as a whole or as a stream. The answer is neither stored nor
    /// resumable: if the client disconnects, the request to the model is cancelled.
    func complete(
        _ request: HTTPRequest, caller: Ceilings.Caller
    ) async throws(ChatFault) -> HTTPResponse {
        let completion = try CompletionRequest(try object(of: request))
        let answer = try await engine.complete(
            AnswerGenerator.Request(
                question: completion.question, turns: completion.turns,
                maximumTokens: completion.maximumTokens, stops: completion.stops), caller: caller,
            within: apiLimit)
        let writer = CompletionWriter(
            id: answer.identity.answer, created: wallClockMilliseconds() / 1000,
            model: completion.model, includesUsage: completion.includesUsage)
        let reader = answer.reader()
        if completion.isStream {
            return Reply.stream(
                AsyncStream {
                    var bytes: [UInt8] = []
                    while bytes.isEmpty {
                        let isMore = await reader.next { _, event in
                            writer.write(event, into: &bytes)
                        }
                        if !isMore && bytes.isEmpty { return nil }
                    }
                    return bytes
                })
        }
        while await reader.next({ _, _ in }) {}
        guard let outcome = answer.log.outcome, outcome.status != .failed else {
            throw .unavailable
        }
        return Reply.json(200, writer.whole(answer.log.text, outcome))
    }
}
