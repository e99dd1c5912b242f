import Core

/// Writes an answer as messages of a WebSocket.
struct SocketWriter: Sendable {
    /// The members that begin every message of this answer, before its type.
    private let members: [UInt8]

    /// - Parameter request: the client's identifier of its request, included in every message.
    init(_ identity: AnswerIdentity, request: String?) {
        var json = JSONBytes()
        json.object {
            $0.members(of: identity)
            if let request { $0.member("request_id", request) }
        }
        // Without the braces.
        members = Array(json.bytes.dropFirst().dropLast())
    }

    /// The start tells the client the answer's id, which it needs to stop the answer before its first
    /// word.
    func message(_ number: Int, _ event: AnswerLog.Event) -> String {
        var json = JSONBytes(capacity: members.count + 128)
        switch event {
        case .start:
            json.object {
                $0.member("type", "message_start")
                $0.raw(members)
                $0.member("id", number)
            }
        case .text(let text):
            json.object {
                $0.member("type", "message_chunk")
                $0.raw(members)
                $0.member("id", number)
                $0.name("text")
                $0.string(utf8: text)
            }
        case .end(let outcome) where outcome.status == .failed:
            json.object {
                $0.member("type", "error")
                $0.raw(members)
                $0.member("code", ChatFault.unavailable.code)
                $0.member("message", ChatFault.unavailable.message)
            }
        case .end(let outcome):
            json.object {
                $0.member("type", "message_complete")
                $0.raw(members)
                $0.member("id", number)
                $0.members(of: outcome)
            }
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
