/// A client's message on its socket.
enum SocketRequest: Hashable, Sendable {
    case send(ChatQuestion, request: String?)
    case stop(message: String)
    case resume(message: String, after: Int, request: String?)

    init(_ object: RequestObject) throws(ChatFault) {
        let request = try object.label("request_id", limit: 100)
        switch try object.text("type") {
        case "send_message": self = .send(try ChatQuestion(object), request: request)
        case "stop": self = .stop(message: try Self.message(object))
        case "resume":
            self = .resume(
                message: try Self.message(object),
                after: try object.integer("after", in: 0...1_000_000_000) ?? 0, request: request)
        default: throw .invalid("type", "must be send_message, stop or resume")
        }
    }

    private static func message(_ object: RequestObject) throws(ChatFault) -> String {
        guard let message = try object.identifier("message_id") else {
            throw .invalid("message_id", "must be given")
        }
        return message
    }
}
