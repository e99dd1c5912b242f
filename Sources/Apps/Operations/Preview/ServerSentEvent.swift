import FoundationEssentials

/// One message of a `text/event-stream`.
struct ServerSentEvent: Hashable, Sendable {
    let bytes: [UInt8]

    /// - Parameters:
    ///   - name: what the script listens for.
    ///   - id: what a browser sends as `last-event-id` when it connects again.
    init(_ name: String, id: Int? = nil, json: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Texts and numbers can always be encoded. JSON has no line break outside strings, and
        // escapes those inside.
        let data = (try? encoder.encode(json)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
        let identifier = id.map { "id: \($0)\n" } ?? ""
        bytes = Array("event: \(name)\n\(identifier)data: \(data)\n\n".utf8)
    }

    private init(raw text: String) { bytes = Array(text.utf8) }

    /// How soon a browser connects again after the connection was lost.
    static let retry = ServerSentEvent(raw: "retry: 500\n\n")
    /// Nothing; it finds out whether anybody is still there.
    static let heartbeat = ServerSentEvent(raw: ": \n\n")
}
