import HTML
import RenderProtocol
import TestSupport
import Testing

@testable import RenderWorker

@Suite struct WorkerProtocolTests {
    private static let faults = [
        WorkerProtocol.Fault(
            kind: .props, piece: 2, message: "n is no number", line: nil, stack: "a@b:1:2"),
        WorkerProtocol.Fault(kind: .markdown, piece: nil, message: "", line: 7, stack: ""),
        WorkerProtocol.Fault(
            kind: .nesting, piece: 0, message: "e\u{301}\0\u{1F600}", line: 1, stack: "\n"),
    ]

    /// One reply of each kind.
    private static let replies: [WorkerProtocol.Reply] = {
        var remarks = WorkerProtocol.Remarks()
        remarks.references = [
            .init(kind: .link, url: "/a/", line: 3), .init(kind: .link, url: "", line: nil),
        ]
        remarks.omissions = [.init(what: "<video>", line: 4)]
        remarks.doubledIDs = ["x", "\u{301}"]
        return [
            .ready, .refused(reason: "no engine"), .step(piece: 0), .step(piece: -1),
            .step(piece: .max), .page(.faults(faults)), .page(.faults([])),
            .page(.html([], WorkerProtocol.Remarks(), warnings: [])),
            .page(.html(Array("abc".utf8), remarks, warnings: faults)),
        ]
    }()

    @Test func repliesSurviveTheJourney() throws {
        for reply in Self.replies {
            let back = try WorkerProtocol.Reply(decoding: reply.encode())
            #expect("\(back)" == "\(reply)")
        }
    }

    @Test func refusesFramesOfAnotherLength() {
        for frame in Self.replies.map({ $0.encode() }) {
            for length in 0..<frame.count {
                #expect(throws: (any Error).self) {
                    try WorkerProtocol.Reply(decoding: Array(frame[..<length]))
                }
            }
            #expect(throws: (any Error).self) { try WorkerProtocol.Reply(decoding: frame + [0]) }
        }
    }

    /// The worker runs code from the database, and may send anything.
    @Test func refusesNumbersThatCannotBe() {
        let most: [UInt8] = [255, 255, 255, 255, 255, 255, 255, 127]
        let negative = [UInt8](repeating: 255, count: 8)
        let least: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 128]
        let none = [UInt8](repeating: 0, count: 8)
        // Lengths of fields, and the numbers of remarks, of warnings and of faults.
        let page: [UInt8] = [2]
        let warnings = page + none + none + none + none
        let starts: [[UInt8]] = [page, [3], [4], page + none, warnings]
        for count in [most, negative, least] {
            for start in starts {
                #expect(throws: (any Error).self) {
                    try WorkerProtocol.Reply(decoding: start + count)
                }
            }
        }
        for kind in UInt8(5)...255 {
            #expect(throws: (any Error).self) { try WorkerProtocol.Reply(decoding: [kind]) }
        }
    }

    private static let oddBytes: [UInt8] = [0, 1, 2, 3, 10, 100, 127, 128, 254, 255]

    @Test func damagedRepliesAreReadOrRefused() {
        var random = SeededGenerator(seed: 14)
        for _ in 0..<4000 {
            var frame = Self.replies[Int.random(in: Self.replies.indices, using: &random)].encode()
            for _ in 0...Int.random(in: 0...3, using: &random) {
                let place = Int.random(in: frame.indices, using: &random)
                frame[place] = Self.oddBytes.randomElement(using: &random) ?? 0
            }
            // What can be read can be written in the same form.
            if let reply = try? WorkerProtocol.Reply(decoding: frame) {
                #expect((try? WorkerProtocol.Reply(decoding: reply.encode())) != nil)
            }
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
