import Core
import Foundation
import HTTP
import TestSupport
import Testing

@testable import Operations

/// What travels to the browser, over the wire.
@Suite(.timeLimit(.minutes(1))) struct EventTests {
    @Test func whoeverConnectsIsToldWhatIs() async throws {
        let site = try PreviewedSite(["index.html": "1"])
        let port = try await site.start()
        var bad = Diagnostic(.badToken, "no\ncolour", at: .init(line: 3, column: 2))
        bad.excerpt = .init(of: "a\n\tb\n\tc", line: 3, column: 2)
        let shared = SharedFault.all(
            in: ["home", "about"].map {
                Diagnostic(.renderFailed, "it threw", at: .init(page: $0, component: "card"))
            })
        site.send(
            .failed([PreviewFault(bad)] + shared.map { PreviewFault($0, files: ["b", "a"]) }))
        site.send(.disconnected("connection refused"))
        let reader = try await EventReader.open(port: port, query: "?release=1")
        #expect(try await reader.next() == ["retry: 500"])
        #expect(
            try await reader.next()
                == ["event: release", "id: 1", #"data: {"changed":[],"release":1}"#])
        let faults = [
            #"{"code":"bad-token","excerpt":{"firstLine":1,"line":3,"lines":["a","    b","    c"],"#
                + #""prefix":"    "},"location":{"column":2,"line":3},"message":"no\ncolour","#
                + #""pageCount":0,"pages":[],"severity":"error"}"#,
            #"{"code":"render-failed","files":["a","b"],"location":{"component":"card"},"#
                + #""message":"it threw","pageCount":2,"pages":["home","about"],"severity":"error"}"#,
        ].joined(separator: ",")
        #expect(
            try await reader.next()
                == ["event: faults", #"data: {"errors":2,"faults":[\#(faults)],"warnings":0}"#])
        #expect(
            try await reader.next()
                == ["event: database", #"data: {"lost":"connection refused"}"#])
        site.send(.connected)
        #expect(try await reader.next("database") == "{}")
        site.send(.fixed)
        #expect(try await reader.next("faults") == #"{"errors":0,"faults":[],"warnings":0}"#)
        try site.publish(["b.html": "2", "a.html": "2", "a.html.br": "2"])
        #expect(
            try await reader.next()
                == [
                    "event: release", "id: 2",
                    #"data: {"changed":["a.html","b.html"],"release":2}"#,
                ])
        try await site.stop()
    }

    @Test func whatWasMissedIsTold() async throws {
        let site = try PreviewedSite(["index.html": "1"])
        let port = try await site.start()
        try site.publish(["a.html": "2"])
        try site.publish(["b.html": "2"])
        func told(_ query: String, _ headers: [String: String] = [:]) async throws -> String {
            let reader = try await EventReader.open(port: port, query: query, headers: headers)
            return try await reader.next("release")
        }
        #expect(try await told("?release=1") == #"{"changed":["a.html","b.html"],"release":3}"#)
        #expect(try await told("?release=2") == #"{"changed":["b.html"],"release":3}"#)
        #expect(try await told("?release=3") == #"{"changed":[],"release":3}"#)
        // Unknown changes are not guessed.
        #expect(try await told("?release=7") == #"{"release":3}"#)
        #expect(try await told("") == #"{"release":3}"#)
        #expect(try await told("?release=x") == #"{"release":3}"#)
        // A browser that connects again says what it was told last.
        #expect(
            try await told("?release=1", ["last-event-id": "2"])
                == #"{"changed":["b.html"],"release":3}"#)
        try await site.stop()
    }

    @Test func whoeverListensIsReachedInTimeOfSilence() async throws {
        let site = try PreviewedSite(["index.html": "1"])
        let port = try await site.start(heartbeat: .milliseconds(20))
        let reader = try await EventReader.open(port: port)
        var lines: [String] = []
        while lines != [": "] { lines = try await reader.next() }
        try await site.stop()
    }

    @Test func onlySoManyListen() async throws {
        let site = try PreviewedSite(["index.html": "1"])
        let port = try await site.start(clientLimit: 2)
        var readers = [
            try await EventReader.open(port: port), try await EventReader.open(port: port),
        ]
        let refused = try await HTTPClient(port: port).send("GET", "/_robbieblocks/events")
        #expect(refused.status == 503)
        readers.removeLast()
        // The place is free once the server has seen that the connection is closed.
        try await waitUntil("the place is free") {
            (try? await EventReader.open(port: port)) != nil
        }
        #expect(try await readers[0].next() == ["retry: 500"])
        try await site.stop()
    }

    @Test func eventsComeFromTheSequenceAndTheServerGoesOnWithout() async throws {
        let site = try PreviewedSite(["index.html": "1"])
        let (events, input) = AsyncStream.makeStream(of: PreviewEvent.self)
        let preview = LivePreview(
            site: site.folder.path + "/current", scripts: "none", port: 0, release: 1)
        let (ports, started) = AsyncStream.makeStream(of: Int.self)
        let task = Task { try await preview.run(events) { started.yield($0.port) } }
        var iterator = ports.makeAsyncIterator()
        let port = try #require(await iterator.next())
        let reader = try await EventReader.open(port: port)
        _ = try await reader.next("database")
        input.yield(.published(release: 2, changed: ["x"]))
        #expect(try await reader.next("release") == #"{"changed":["x"],"release":2}"#)
        input.finish()
        #expect(try await HTTPClient(port: port).send("GET", "/").status == 200)
        task.cancel()
        try await task.value
    }

    @Test func aPortInUseIsAFault() async throws {
        let site = try PreviewedSite(["index.html": "1"])
        let port = try await site.start()
        let other = try PreviewedSite()
        let fault = await #expect(throws: Diagnostic.self) { try await other.start(port: port) }
        #expect(fault?.code == .addressInUse)
        try await site.stop()
    }
}
