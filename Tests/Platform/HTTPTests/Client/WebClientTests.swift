import Foundation
import HTTP
import System
import TestSupport
import Testing

/// Requests and answers, over real sockets.
@Suite struct WebClientTests {
    private static func question(_ model: String, to peer: ModelPeer) -> ClientRequest {
        ClientRequest(.post, peer.url + "/api/chat", body: Array(#"{"model":"\#(model)"}"#.utf8))
    }

    /// The code with which a request, or the reading of its answer, fails.
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

    @Test func anAnswerHasStatusFieldsAndBody() async throws {
        let peer = try ModelPeer.start()
        let response = try await WebClient().send(ClientRequest(.get, peer.url + "/stats"))
        #expect(response.status == 200)
        #expect(response["content-type"] == "application/json")
        let body = try await response.body.collect()
        #expect(String(decoding: body, as: UTF8.self).hasPrefix(#"{"connections":1,"#))
    }

    @Test func aConnectionIsUsedAgain() async throws {
        let peer = try ModelPeer.start()
        let client = WebClient()
        for _ in 0..<5 {
            _ = try await client.send(Self.question("fast-3", to: peer)).body.collect()
        }
        // That of the peer's own count is the second.
        #expect(try await peer.connections() == 2)
    }

    @Test func aReleasedAnswerKeepsItsConnection() async throws {
        let peer = try ModelPeer.start()
        let client = WebClient()
        for _ in 0..<3 {
            let response = try await client.send(Self.question("fast-2000", to: peer))
            _ = try await response.body.next()
            response.body.release()
            let counts = try await peer.counts(of: "fast-2000") { $0.open == 0 }
            #expect(counts.cancelled == 0)
        }
    }

    @Test func aReleasedAnswerWithoutEndIsClosed() async throws {
        let peer = try ModelPeer.start()
        let client = WebClient()
        let response = try await client.send(Self.question("steady-1000", to: peer))
        let start = monotonicMilliseconds()
        response.body.release()
        let counts = try await peer.counts(of: "steady-1000") { $0.cancelled == 1 }
        #expect(counts.cancelled == 1)
        #expect(monotonicMilliseconds() - start > 300)
    }

    @Test func nobodyListens() async throws {
        let reserved = try ReservedPort()
        let request = ClientRequest(.get, "http://127.0.0.1:\(reserved.port)/")
        #expect(await Self.failure(of: request) == .refused)
        withExtendedLifetime(reserved) {}
    }

    @Test func aNameWithoutAnAddress() async {
        #expect(
            await Self.failure(of: ClientRequest(.get, "http://nobody.invalid/")) == .unknownHost)
    }

    @Test(arguments: [
        "", "127.0.0.1:80", "ftp://127.0.0.1/", "file:///etc/passwd", "http:///x",
        "http://me@127.0.0.1/", "http://127.0.0.1/a b", "http://127.0.0.1/\r\nx: y",
        "HTTP://127.0.0.1\u{e4}/",
    ])
    func anAddressThatCannotBeAsked(_ url: String) async {
        #expect(await Self.failure(of: ClientRequest(.get, url)) == .badRequest)
    }

    @Test(arguments: [
        ClientField("authorization", "Bearer a\r\nx: y"), ClientField("a b", "c"),
        ClientField("", "c"), ClientField("a:", "c"), ClientField("a", "\u{0}"),
    ])
    func aFieldThatIsNone(_ field: ClientField) async {
        let request = ClientRequest(.get, "http://127.0.0.1:1/", fields: [field])
        do throws(ClientError) {
            _ = try await WebClient().send(request)
            Issue.record("it was sent")
        } catch {
            #expect(error.code == .badRequest)
            #expect(!error.message.contains("Bearer"))
        }
    }

    @Test func aRedirectIsNotFollowed() async throws {
        let peer = try ModelPeer.start()
        let response = try await WebClient().send(Self.question("redirect", to: peer))
        #expect(response.status == 307)
        #expect(response["location"]?.hasSuffix("/stats") == true)
        #expect(try await response.body.collect().isEmpty)
    }

    @Test func theEnvironmentHasNoSay() async {
        await #expect(processExitsWith: .success) {
            // Nobody listens there.
            for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
                setenv(name, "http://127.0.0.1:1", 1)
            }
            let peer = try ModelPeer.start()
            let response = try await WebClient().send(ClientRequest(.get, peer.url + "/stats"))
            guard response.status == 200 else { exit(1) }
        }
    }

    @Test func withoutDescriptorsTheServerIsNotBlamed() async {
        await #expect(processExitsWith: .success) {
            let peer = try ModelPeer.start()
            let client = WebClient()
            while dup(0) >= 0 {}
            do throws(ClientError) {
                _ = try await client.send(ClientRequest(.get, peer.url + "/stats"))
                exit(1)
            } catch {
                exit(error.code == .unavailable ? 0 : 2)
            }
        }
    }

    @Test func manyAtOnce() async throws {
        let peer = try ModelPeer.start()
        let client = WebClient()
        let request = Self.question("steady-10", to: peer)
        let sizes = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<300 {
                group.addTask { try await client.send(request).body.collect().count }
            }
            return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
        }
        #expect(sizes.count == 1)
        #expect(try await peer.counts(of: "steady-10").completed == 300)
    }
}
