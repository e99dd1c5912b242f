public import Core

/// Serves one text, generated for each request, at `/metrics` of this machine's loopback address.
///
/// It is reachable only from this machine, because metrics would show strangers what is published
/// when.
///
/// ```swift
/// let server = MetricsServer(port: 9464) { metrics.text }
/// try await server.run { address in print("\(address)/metrics") }
/// ```
public struct MetricsServer: Sendable {
    private let server: HTTPServer

    /// - Parameters:
    ///   - port: 0 takes a free port, which `run` reports.
    ///   - text: called on the server's thread; it must not block.
    public init(port: Int, text: @escaping @Sendable () -> String) {
        var configuration = HTTPServerConfiguration(host: "127.0.0.1", port: port)
        configuration.limits.bodyBytes = 1024
        configuration.limits.connections = 32
        configuration.limits.idleSeconds = 10
        configuration.limits.handlerSeconds = 10
        server = HTTPServer(configuration) { request in
            guard request.isForThisMachine else { return .forAnotherMachine }
            guard request.path == "/metrics" else {
                return .text(404, "There is nothing here but /metrics.")
            }
            guard request.method == .get || request.method == .head else {
                return .text(405, "Only GET and HEAD work here.", fields: ["allow": "GET, HEAD"])
            }
            return HTTPResponse(
                200,
                fields: ["content-type": MetricRegistry.contentType, "cache-control": "no-store"],
                body: .bytes(Array(text().utf8)))
        }
    }

    /// Serves until the task is cancelled.
    ///
    /// - Parameter onListening: called once with the address of the text, without `/metrics`.
    /// - Throws: `.addressInUse` when another process has the port, `.usage` for a port that cannot be
    ///   listened on.
    public func run(
        onListening: @escaping @Sendable (ServerAddress) -> Void = { _ in }
    ) async throws(Diagnostic) {
        do {
            try await server.run(onListening: onListening)
        } catch {
            guard error.code == .addressInUse else { throw error }
            var fault = error
            fault.hint = "stop that process, or choose another port with --metrics"
            throw fault
        }
    }
}
