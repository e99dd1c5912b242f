import Foundation
import Synchronization
import TestSupport

/// Reads a preview's events as a browser does, on a connection that stays open.
final class EventReader: Sendable {
    private let client: HTTPClient
    private let state: Mutex<(connection: HTTPConnection, text: String)>

    /// Connects, and fails when the answer is no stream.
    static func open(
        port: Int, query: String = "", headers: [String: String] = [:]
    ) async throws -> EventReader {
        let client = HTTPClient(port: port, timeout: 20)
        return try await client.onThread {
            let connection = try HTTPConnection(to: client)
            try connection.write(
                HTTPClient.request(
                    "GET", "/_robbieblocks/events" + query, host: "127.0.0.1:\(port)",
                    headers: headers))
            let reader = EventReader(client, connection)
            let head = try reader.read(through: "\r\n\r\n")
            guard head.hasPrefix("HTTP/1.1 200"), head.contains("text/event-stream") else {
                throw HTTPClient.Failure(description: head)
            }
            return reader
        }
    }

    private init(_ client: HTTPClient, _ connection: sending HTTPConnection) {
        self.client = client
        state = Mutex((connection, ""))
    }

    /// The lines of the next message, `retry:` and comments included.
    func next() async throws -> [String] {
        try await client.onThread { [self] in
            try read(through: "\n\n").split(separator: "\n").map(String.init)
        }
    }

    /// The next message of this name: its `data`. Signs of life alone are not waited for for ever.
    func next(_ name: String) async throws -> String {
        let deadline = ContinuousClock.now + .seconds(40)
        while ContinuousClock.now < deadline {
            let lines = try await next()
            guard lines.first == "event: \(name)" else { continue }
            return String(lines.last?.dropFirst("data: ".count) ?? "")
        }
        throw HTTPClient.Failure(description: "no message '\(name)' came")
    }

    private func read(through mark: String) throws -> String {
        try state.withLock { state in
            while true {
                if let end = state.text.range(of: mark)?.upperBound {
                    defer { state.text.removeSubrange(..<end) }
                    return String(state.text[..<end])
                }
                let some = try state.connection.readSome()
                if some.isEmpty { throw HTTPClient.Failure(description: "the stream has ended") }
                state.text += String(decoding: some, as: UTF8.self)
            }
        }
    }
}
