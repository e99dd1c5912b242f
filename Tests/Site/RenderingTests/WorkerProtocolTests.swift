import HTML
import RenderProtocol
import Testing

@testable import RenderWorker

@Suite struct WorkerProtocolTests {
    @Test func repliesSurviveTheJourney() throws {
        let faults = [
            WorkerProtocol.Fault(
                kind: .props, piece: 2, message: "n is no number", line: nil, stack: "a@b:1:2"),
            WorkerProtocol.Fault(kind: .markdown, piece: nil, message: "", line: 7, stack: ""),
        ]
        let reply = WorkerProtocol.Reply.page(.faults(faults))
        guard case .page(.faults(let back)) = try WorkerProtocol.Reply(decoding: reply.encode())
        else {
            Issue.record("another reply came back")
            return
        }
        #expect(back == faults)
    }

    @Test func refusesFramesThatEndEarly() {
        var remarks = WorkerProtocol.Remarks()
        remarks.references = [.init(kind: .link, url: "/a/", line: 3)]
        remarks.omissions = [.init(what: "<video>", line: 4)]
        remarks.doubledIDs = ["x"]
        let frame = WorkerProtocol.Reply.page(.html(Array("abc".utf8), remarks, warnings: []))
            .encode()
        for length in 0..<frame.count {
            #expect(throws: (any Error).self) {
                try WorkerProtocol.Reply(decoding: Array(frame[..<length]))
            }
        }
        #expect(throws: (any Error).self) {
            try WorkerProtocol.Reply(decoding: [2, 255, 255, 255, 255, 255, 255, 255, 127])
        }
    }

    @Test func fillsSlotsThatNobodyCanName() {
        let slots = Slots()
        let forged = #"<rb-slot name="0"></rb-slot>"#
        let shell = #"<main><rb-slot name="\#(slots.name(12))"></rb-slot></main>\#(forged)"#
        let html = slots.fill(Array(shell.utf8)) { Array("<p>\($0)</p>".utf8) }
        #expect(String(decoding: html, as: UTF8.self) == "<main><p>12</p></main>\(forged)")
        #expect(Slots().name(0) != slots.name(0))
    }

    @Test func keepsFragmentsThatAreAskedForTwice() {
        var cache = FragmentCache(limit: 100)
        var rendered = 0
        func ask(_ key: String) -> String {
            if let known = cache.fragment(for: Array(key.utf8)) {
                return String(decoding: known, as: UTF8.self)
            }
            rendered += 1
            cache.keep(Array("<\(key)>".utf8), for: Array(key.utf8))
            return "<\(key)>"
        }
        #expect((1...5).map { _ in ask("a") } == Array(repeating: "<a>", count: 5))
        #expect(rendered == 2)
        for key in ["b", "c", "d"] { #expect(ask(key) == "<\(key)>") }
        #expect(ask("a") == "<a>")
        #expect(rendered == 5)
    }

    /// A page that is edited again and again does not make the cache of its worker grow.
    @Test func keepsNothingForOneFragmentOfEachBatch() {
        var cache = FragmentCache(limit: 1000)
        for _ in 1...3 {
            cache.beginBatch()
            let isNew = cache.isNew(Array("own".utf8))
            #expect(isNew)
            #expect(cache.fragment(for: Array("alone".utf8)) == nil)
            cache.keep([], for: Array("alone".utf8))
        }
        for _ in 1...2 { cache.keep([], for: Array("shared".utf8)) }
        cache.beginBatch()
        let isNew = cache.isNew(Array("shared".utf8))
        #expect(!isNew)
    }
}
