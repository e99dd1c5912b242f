import Foundation
import HTTP
import TestSupport
import Testing

/// What is too long, too late or too much.
@Suite(.timeLimit(.minutes(1))) struct WebClientLimitTests {
    private static func question(_ model: String, to peer: ModelPeer) -> ClientRequest {
        ClientRequest(.post, peer.url + "/api/chat", body: Array(#"{"model":"\#(model)"}"#.utf8))
    }

    private static func failure(
        of request: ClientRequest, _ client: WebClient = WebClient()
    ) async -> ClientError.Code? {
        do throws(ClientError) {
            _ = try await client.send(request).body.collect()
            return nil
        } catch {
            return error.code
        }
    }

    /// Asks a model, and expects the request to be ended by the one limit that is set, and its connection
    /// with it. Every other limit is an hour.
    private static func expect(
        _ expected: ClientError.Code, of model: String, _ setLimit: (inout ClientRequest) -> Void
    ) async throws {
        let peer = try ModelPeer.start()
        var request = question(model, to: peer)
        request.headTimeout = 3_600_000
        request.stallTimeout = 3_600_000
        request.totalTimeout = 3_600_000
        setLimit(&request)
        #expect(await failure(of: request) == expected)
        let counts = try await peer.counts(of: model) { $0.open == 0 }
        #expect(counts.cancelled == 1)
    }

    @Test(arguments: ["hang", "trickle"])
    func aHeadThatDoesNotCome(_ model: String) async throws {
        try await Self.expect(.headTimeout, of: model) { $0.headTimeout = 300 }
    }

    @Test(arguments: ["headers-only", "stall-3"])
    func aBodyThatDoesNotGoOn(_ model: String) async throws {
        try await Self.expect(.stalled, of: model) { $0.stallTimeout = 300 }
    }

    @Test(arguments: ["steady-1000", "endless"])
    func anAnswerThatTakesTooLong(_ model: String) async throws {
        try await Self.expect(.totalTimeout, of: model) { request in
            request.totalTimeout = 500
            request.bodyLimit = 1 << 40
        }
    }

    /// A server whose queue of connections is full answers no knock.
    @Test func aConnectionThatIsNotAccepted() async throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        var waiting: [Int32] = []
        defer { for descriptor in waiting { close(descriptor) } }
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(listener, $0, length)
                listen(listener, 0)
                getsockname(listener, $0, &length)
                for _ in 0..<3 {
                    let descriptor = socket(
                        AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
                    _ = connect(descriptor, $0, length)
                    waiting.append(descriptor)
                }
            }
        }
        let port = UInt16(bigEndian: address.sin_port)
        var request = ClientRequest(.get, "http://127.0.0.1:\(port)/")
        request.connectTimeout = 300
        #expect(await Self.failure(of: request) == .connectTimeout)
    }

    @Test func aBodyThatIsTooLong() async throws {
        let peer = try ModelPeer.start()
        var request = Self.question("huge-line", to: peer)
        request.bodyLimit = 1 << 20
        #expect(await Self.failure(of: request) == .tooLarge)
    }

    @Test func aHeadThatIsTooLong() async throws {
        let peer = try ModelPeer.start()
        var limits = WebClient.Limits()
        limits.headBytes = 40
        let request = Self.question("fast-3", to: peer)
        #expect(await Self.failure(of: request, WebClient(limits: limits)) == .tooLarge)
    }

    @Test func aReaderWhoTakesNothingHoldsTheServerUp() async throws {
        let peer = try ModelPeer.start()
        var limits = WebClient.Limits()
        limits.bufferBytes = 8192
        var request = Self.question("endless", to: peer)
        request.bodyLimit = 1 << 40
        let response = try await WebClient(limits: limits).send(request)
        var received = 0
        var longest = 0
        while received < 4 << 20 || longest < 4096, let bytes = try await response.body.next() {
            received += bytes.count
            longest = max(longest, bytes.count)
            // Something else is done, so that the buffer fills.
            if longest < 4096 { _ = try await peer.connections() }
        }
        #expect(4096...(8192 + 4096) ~= longest)
    }

    @Test func oneRequestTooMany() async throws {
        let peer = try ModelPeer.start()
        var limits = WebClient.Limits()
        limits.transfers = 2
        let client = WebClient(limits: limits)
        let first = try await client.send(Self.question("steady-1000", to: peer))
        let second = try await client.send(Self.question("steady-1000", to: peer))
        #expect(
            await Self.failure(of: Self.question("fast", to: peer), client) == .unavailable)
        first.body.cancel()
        let counts = try await peer.counts(of: "steady-1000") { $0.open == 1 }
        #expect(counts.open == 1)
        #expect(await Self.failure(of: Self.question("fast", to: peer), client) == nil)
        second.body.cancel()
    }

    /// Three ways to give an answer up, each of which ends it at the server.
    @Test(arguments: ["cancel", "drop", "task"])
    func anAnswerGivenUp(_ way: String) async throws {
        let peer = try ModelPeer.start()
        let client = WebClient()
        switch way {
        case "cancel":
            let response = try await client.send(Self.question("steady-1000", to: peer))
            response.body.cancel()
            await #expect(throws: ClientError.self) { try await response.body.next() }
        case "drop":
            _ = try await client.send(Self.question("steady-1000", to: peer)).body.next()
        default:
            let task = Task {
                await Self.failure(of: Self.question("steady-1000", to: peer), client)
            }
            _ = try await peer.counts(of: "steady-1000") { $0.open == 1 }
            task.cancel()
            #expect(await task.value == .cancelled)
        }
        let counts = try await peer.counts(of: "steady-1000") { $0.cancelled == 1 }
        #expect(counts.cancelled == 1)
    }

    @Test func aRequestGivenUpBeforeItIsAnswered() async throws {
        let peer = try ModelPeer.start()
        let client = WebClient()
        let task = Task { await Self.failure(of: Self.question("hang", to: peer), client) }
        _ = try await peer.counts(of: "hang") { $0.open == 1 }
        task.cancel()
        #expect(await task.value == .cancelled)
        let counts = try await peer.counts(of: "hang") { $0.cancelled == 1 }
        #expect(counts.cancelled == 1)
    }

    /// Whatever else this process starts meanwhile, by whatever means.
    @Test func aChildProcessInheritsNoConnection() async throws {
        let peer = try ModelPeer.start()
        let client = WebClient()
        let task = Task { await Self.failure(of: Self.question("hang", to: peer), client) }
        _ = try await peer.counts(of: "hang") { $0.open == 1 }
        var child = pid_t()
        var arguments = [strdup("sleep"), strdup("60"), nil]
        defer { for argument in arguments { free(argument) } }
        try #require(posix_spawn(&child, "/bin/sleep", nil, nil, &arguments, nil) == 0)
        defer {
            kill(child, SIGKILL)
            waitpid(child, nil, 0)
        }
        task.cancel()
        #expect(await task.value == .cancelled)
        let counts = try await peer.counts(of: "hang") { $0.cancelled == 1 }
        #expect(counts.cancelled == 1)
    }
}
