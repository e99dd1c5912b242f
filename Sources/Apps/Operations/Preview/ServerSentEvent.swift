import FoundationEssentials

/// One message of a `text/event-stream`.
struct ServerSentEvent: Hashable, Sendable {
    let bytes: [UInt8]

    /// - Parameters:
    ///   - name: the event name for which the script listens.
    ///   - id: the value that a browser sends as `last-event-id` when it reconnects.
    init(_ name: String, id: Int? = nil, json: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings and numbers can always be encoded. JSON has no line breaks outside strings, and
        // escapes those inside.
        let data = (try? encoder.encode(json)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
        let identifier = id.map { "id: \($0)\n" } ?? ""
        bytes = Array("event: \(name)\n\(identifier)data: \(data)\n\n".utf8)
    }

    private init(raw text: String) { bytes = Array(text.utf8) }

    /// The time after which a browser reconnects.
    static let retry = ServerSentEvent(raw: "retry: 500\n\n")
    /// An empty message that detects disconnected browsers.
    static let heartbeat = ServerSentEvent(raw: ": \n\n")
}
