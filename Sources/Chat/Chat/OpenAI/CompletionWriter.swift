import Core
import LanguageModels

/// Writes an answer in the format of OpenAI's API.
struct CompletionWriter: Sendable {
    let id: String
    /// Seconds since 1970.
    let created: Int
    /// The name in the request.
    let model: String
    let includesUsage: Bool
    /// The members that begin every piece of a stream.
    private let head: [UInt8]

    init(id: String, created: Int, model: String, includesUsage: Bool) {
        self.id = id
        self.created = created
        self.model = model
        self.includesUsage = includesUsage
        var json = JSONBytes()
        json.object {
            $0.member("id", "chatcmpl-" + id)
            $0.member("object", "chat.completion.chunk")
            $0.member("created", created)
            $0.member("model", model)
        }
        head = Array(json.bytes.dropFirst().dropLast())
    }

    /// Writes the whole answer.
    func whole(_ text: String, _ outcome: AnswerOutcome) -> [UInt8] {
        var json = JSONBytes(capacity: 512 + text.utf8.count)
        json.object {
            $0.member("id", "chatcmpl-" + id)
            $0.member("object", "chat.completion")
            $0.member("created", created)
            $0.member("model", model)
            $0.name("choices")
            $0.array([0]) { json, index in
                json.object {
                    $0.member("index", index)
                    $0.name("message")
                    $0.object {
                        $0.member("role", "assistant")
                        $0.member("content", text)
                        $0.member("refusal", nil)
                    }
                    $0.member("logprobs", nil)
                    $0.member("finish_reason", Self.reason(outcome))
                }
            }
            $0.name("usage")
            $0.object { Self.usage(outcome, into: &$0) }
            Self.source(outcome, into: &$0)
        }
        return json.bytes
    }

    /// Writes one event of a stream.
    func write(_ event: AnswerLog.Event, into bytes: inout [UInt8]) {
        switch event {
        case .start:
            piece(into: &bytes, finish: nil) {
                $0.member("role", "assistant")
                $0.member("content", "")
            }
        case .text(let text):
            piece(into: &bytes, finish: nil) {
                $0.name("content")
                $0.string(utf8: text)
            }
        case .end(let outcome) where outcome.status == .failed:
            var json = JSONBytes()
            json.object { json in
                json.name("error")
                json.object {
                    $0.member("code", ChatFault.unavailable.code)
                    $0.member("message", ChatFault.unavailable.message)
                    $0.member("type", "server_error")
                    $0.member("param", nil)
                }
            }
            append(json, to: &bytes)
        case .end(let outcome):
            piece(into: &bytes, finish: outcome) { _ in }
            if includesUsage {
                var json = JSONBytes()
                json.object {
                    $0.raw(head)
                    $0.name("choices")
                    $0.array([Int]()) { _, _ in }
                    $0.name("usage")
                    $0.object { Self.usage(outcome, into: &$0) }
                }
                append(json, to: &bytes)
            }
            bytes.append(contentsOf: "data: [DONE]\n\n".utf8)
        }
    }

    private func piece(
        into bytes: inout [UInt8], finish: AnswerOutcome?, _ delta: (inout JSONBytes) -> Void
    ) {
        var json = JSONBytes(capacity: head.count + 128)
        json.object {
            $0.raw(head)
            $0.name("choices")
            $0.array([0]) { json, index in
                json.object {
                    $0.member("index", index)
                    $0.name("delta")
                    $0.object(delta)
                    $0.member("finish_reason", finish.map(Self.reason))
                }
            }
            if let finish { Self.source(finish, into: &$0) }
        }
        append(json, to: &bytes)
    }

    private func append(_ json: JSONBytes, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: "data: ".utf8)
        bytes.append(contentsOf: json.bytes)
        bytes.append(contentsOf: "\n\n".utf8)
    }

    private static func reason(_ outcome: AnswerOutcome) -> String {
        outcome.status == .cutOff ? "length" : "stop"
    }

    private static func usage(_ outcome: AnswerOutcome, into json: inout JSONBytes) {
        let input = outcome.usage?.inputTokens ?? 0
        let output = outcome.usage?.outputTokens ?? 0
        json.member("prompt_tokens", input)
        json.member("completion_tokens", output)
        json.member("total_tokens", input + output)
    }

    /// Writes the answer's source and citations, for which OpenAI's format has no members.
    private static func source(_ outcome: AnswerOutcome, into json: inout JSONBytes) {
        json.name("robbieblocks")
        json.object { $0.members(of: outcome) }
    }
}
