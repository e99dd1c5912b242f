import Foundation

/// A small HTTP/1.1 client that sends exactly what it is told: paths are not normalised, nothing is
/// decompressed, no redirect is followed.
///
/// ```swift
/// let answer = try await HTTPClient(port: 8080).send("GET", "/../etc/passwd")
/// #expect(answer.status == 404)
/// ```
public struct HTTPClient: Sendable {
    public struct Failure: Error, CustomStringConvertible {
        public let description: String

        public init(description: String) { self.description = description }
    }

    public let host: String
    public let port: Int
    /// How long one read or write may take, in seconds.
    public let timeout: Int

    public init(host: String = "127.0.0.1", port: Int, timeout: Int = 30) {
        self.host = host
        self.port = port
        self.timeout = timeout
    }

    /// Sends one request on a connection of its own and reads the whole answer.
    public func send(
        _ method: String = "GET", _ target: String, headers: [String: String] = [:],
        body: [UInt8] = []
    ) async throws -> HTTPAnswer {
        try await onThread {
            let connection = try HTTPConnection(to: self)
            try connection.write(
                Self.request(method, target, host: "\(host):\(port)", headers: headers, body: body))
            return try connection.readAnswer(to: method)
        }
    }

    /// Runs blocking work on a thread of its own, so that tests in parallel do not wait for it.
    public func onThread<Result: Sendable>(
        _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let thread = Thread { continuation.resume(with: .init(catching: body)) }
            thread.stackSize = 512 << 10
            thread.start()
        }
    }

    public static func request(
        _ method: String, _ target: String, host: String = "localhost",
        headers: [String: String] = [:], body: [UInt8] = []
    ) -> [UInt8] {
        var headers = headers
        if !body.isEmpty { headers["content-length"] = String(body.count) }
        let lines =
            ["\(method) \(target) HTTP/1.1", "host: \(host)"]
            + headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
    }
}

/// The response of a server.
public struct HTTPAnswer: Hashable, Sendable {
    public let status: Int
    /// In the order received, names in lower case.
    public let fields: [Field]
    public let body: [UInt8]

    public init(status: Int, fields: [Field], body: [UInt8]) {
        self.status = status
        self.fields = fields
        self.body = body
    }

    public struct Field: Hashable, Sendable {
        public let name: String
        public let value: String
    }

    /// The value of a field, repeated ones joined by a comma.
    public subscript(name: String) -> String? {
        let values = fields.filter { $0.name == name.lowercased() }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    public var text: String { String(decoding: body, as: UTF8.self) }
}
