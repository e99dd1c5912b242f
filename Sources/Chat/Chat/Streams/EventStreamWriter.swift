import Core

/// Writes an answer as server-sent events.
struct EventStreamWriter: Sendable {
    private let start: [UInt8]
    private let identity: AnswerIdentity

    init(_ identity: AnswerIdentity) {
        self.identity = identity
        var json = JSONBytes()
        json.object { $0.members(of: identity) }
        start = Self.event("start", data: json.bytes)
    }

    func write(_ number: Int, _ event: AnswerLog.Event, into bytes: inout [UInt8]) {
        bytes.append(contentsOf: "id: ".utf8)
        bytes.append(contentsOf: String(number).utf8)
        bytes.append(UInt8(ascii: "\n"))
        switch event {
        case .start: bytes.append(contentsOf: start)
        case .text(let text):
            var json = JSONBytes(capacity: text.count + 16)
            json.object {
                $0.name("text")
                $0.string(utf8: text)
            }
            bytes.append(contentsOf: "event: chunk\ndata: ".utf8)
            bytes.append(contentsOf: json.bytes)
            bytes.append(contentsOf: "\n\n".utf8)
        case .end(let outcome) where outcome.status == .failed:
            var json = JSONBytes()
            json.object {
                $0.member("code", ChatFault.unavailable.code)
                $0.member("message", ChatFault.unavailable.message)
            }
            bytes.append(contentsOf: Self.event("error", data: json.bytes))
        case .end(let outcome):
            var json = JSONBytes(capacity: 512)
            json.object {
                $0.members(of: identity)
                $0.members(of: outcome)
            }
            bytes.append(contentsOf: Self.event("complete", data: json.bytes))
        }
    }

    private static func event(_ name: String, data: [UInt8]) -> [UInt8] {
        Array("event: \(name)\ndata: ".utf8) + data + Array("\n\n".utf8)
    }
}

extension JSONBytes {
    mutating func members(of identity: AnswerIdentity) {
        member("conversation_id", identity.conversation)
        member("user_message_id", identity.question)
        member("message_id", identity.answer)
    }
}
