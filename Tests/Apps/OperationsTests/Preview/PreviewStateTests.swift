import Core
import Foundation
import Synchronization
import Testing

@testable import Operations

@Suite struct PreviewStateTests {
    private func release(_ state: PreviewState, since known: Int?) -> PreviewState.Message? {
        state.welcome(since: known).first
    }

    @Test func onlySoManyReleasesAreRemembered() {
        var state = PreviewState(release: 100)
        for number in 101...164 {
            _ = state.apply(.published(release: number, changed: ["\(number)"]))
        }
        let all = (101...164).map(String.init)
        #expect(release(state, since: 100) == .release(164, changed: all))
        _ = state.apply(.published(release: 165, changed: []))
        #expect(release(state, since: 100) == .release(165, changed: nil))
        #expect(release(state, since: 163) == .release(165, changed: ["164"]))
    }

    /// A change of everything is not told file by file, nor what was before it.
    @Test func aLargeReleaseIsAnything() {
        var state = PreviewState(release: 1)
        _ = state.apply(.published(release: 2, changed: ["a"]))
        let many = Set((0...2000).map(String.init))
        #expect(
            state.apply(.published(release: 3, changed: many)) == .release(3, changed: nil))
        _ = state.apply(.published(release: 4, changed: ["b"]))
        #expect(release(state, since: 1) == .release(4, changed: nil))
        #expect(release(state, since: 2) == .release(4, changed: nil))
        #expect(release(state, since: 3) == .release(4, changed: ["b"]))
    }

    /// A rollback makes an older release the current one, and the way there is known.
    @Test func releasesMayGoBack() {
        var state = PreviewState(release: 5)
        _ = state.apply(.published(release: 6, changed: ["a"]))
        _ = state.apply(.published(release: 5, changed: ["a"]))
        #expect(release(state, since: 6) == .release(5, changed: ["a"]))
        #expect(release(state, since: 5) == .release(5, changed: []))
        _ = state.apply(.published(release: 7, changed: ["b"]))
        #expect(release(state, since: 5) == .release(7, changed: ["b"]))
    }

    @Test func whatIsKnownIsNotToldAgain() {
        var state = PreviewState(release: 1)
        var fault = PreviewFault(Diagnostic(.badToken, "no colour", at: .init(line: 1)))
        #expect(state.apply(.fixed) == nil)
        #expect(state.apply(.connected) == nil)
        #expect(state.apply(.failed([fault])) == .faults([fault], errors: 1, warnings: 0))
        #expect(state.apply(.failed([fault])) == nil)
        // The same fault, between other lines.
        fault.fault.diagnostic.excerpt = .init(of: "color: blau", line: 1, column: 8)
        #expect(state.apply(.failed([fault])) != nil)
        #expect(state.apply(.failed([fault])) == nil)
        #expect(state.apply(.failed([])) == .faults([], errors: 0, warnings: 0))
        #expect(state.apply(.disconnected("a")) == .database(lost: "a"))
        #expect(state.apply(.disconnected("a")) == nil)
    }

    @Test func faultsAreCutToWhatCanBeShown() {
        var state = PreviewState(release: 1)
        let long = String(repeating: "x", count: 5000)
        let warnings = (0..<300).map {
            PreviewFault(Diagnostic(.brokenLink, "\($0)", severity: .warning))
        }
        let error = PreviewFault(Diagnostic(.renderFailed, long, hint: long))
        guard case .faults(let shown, 1, 300) = state.apply(.failed(warnings + [error])) else {
            Issue.record("not 1 error and 300 warnings were told")
            return
        }
        #expect(shown.count == 200)
        #expect(shown.first?.isError == true)
        #expect(shown.first?.fault.diagnostic.message.count == 2001)
        #expect(shown.first?.fault.diagnostic.hint?.count == 2001)
    }

    /// A browser that does not read is disconnected, and no other waits for it.
    @Test func aReaderWhoIsTooSlowIsDisconnected() async throws {
        let clients = PreviewClients(release: 1, limit: 2)
        let slow = try #require(clients.connect(since: 1))
        _ = try #require(clients.connect(since: 1))
        for number in 2...40 { clients.send(.published(release: number, changed: [])) }
        var count = 0
        for await _ in slow { count += 1 }
        #expect(count == 16)
        #expect(clients.connect(since: 1) != nil)
    }

    /// The end of a stream comes with a lock of its task held, which telling a reader takes too.
    @Test func readersMayGoWhileTheyAreTold() async throws {
        let clients = PreviewClients(release: 1, limit: 100)
        let isDone = Mutex(false)
        let telling = Thread {
            while !isDone.withLock({ $0 }) { clients.beat() }
        }
        telling.start()
        defer { isDone.withLock { $0 = true } }
        for _ in 0..<5000 {
            let stream = try #require(clients.connect(since: 1))
            let (told, tell) = AsyncStream.makeStream(of: Void.self)
            let reader = Task {
                for await _ in stream { tell.yield() }
            }
            for await _ in told { break }
            reader.cancel()
            await reader.value
        }
    }
}
