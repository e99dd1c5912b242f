import HTTP
import TestSupport
import Testing

/// A page of somewhere else can lead its own name to this machine; then the name is in `host`.
@Suite struct HostTests {
    private static let hosts: [(String, Bool)] = [
        ("127.0.0.1", true), ("localhost", true), ("LOCALHOST:9464", true), ("[::1]:1", true),
        ("evil.example", false), ("127.0.0.1.evil.example", false), ("localhost\u{301}", false),
        ("localhost:80a", false), ("10.0.0.1", false),
    ]

    private func request(_ host: String, _ path: String) -> [UInt8] {
        HTTPClient.request("GET", path, host: host, headers: ["connection": "close"])
    }

    @Test func metricsAreForThisMachine() async throws {
        let server = MetricsServer(port: 0) { "figures" }
        try await whileServing {
            try await server.run(onListening: $0)
        } perform: { (address: ServerAddress) in
            let client = HTTPClient(port: address.port)
            for (host, isOwn) in Self.hosts {
                let bytes = request(host, "/metrics")
                let answer = try await client.onThread {
                    let connection = try HTTPConnection(to: client)
                    try connection.write(bytes)
                    return try connection.readAnswer(to: "GET")
                }
                #expect(
                    isOwn ? answer.status == 200 : [400, 421].contains(answer.status), "\(host)")
            }
        }
    }

    @Test func aServiceAndItsSocketsAreForThisMachine() async throws {
        let service = HTTPService(
            paths: ["/api/"], webSocket: { _ in .refuse(.text(403, "no socket")) },
            handler: { _ in .text(200, "api") }
        ).forThisMachine
        func request(_ host: String) -> HTTPRequest {
            HTTPRequest(.get, "/api/x", fields: ["host": host])
        }
        for (host, isOwn) in Self.hosts {
            #expect(await service.handler(request(host)).status == (isOwn ? 200 : 421), "\(host)")
            guard case .refuse(let answer) = await service.webSocket(request(host)) else {
                Issue.record("a socket for \(host)")
                continue
            }
            #expect(answer.status == (isOwn ? 403 : 421), "\(host)")
        }
    }
}
