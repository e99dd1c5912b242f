import Core
import SiteModel
import Synchronization
import Testing

@testable import Chat

@Suite("The log of an answer")
struct AnswerLogTests {
    static let identity = AnswerIdentity(conversation: "c", question: "q", answer: "a")
    static let complete = AnswerOutcome(status: .complete, source: .model, model: "m")

    func log(_ limits: AnswerLog.Limits = .init()) -> AnswerLog {
        AnswerLog(Self.identity, limits: limits) { 0 }
    }

    /// Everything that a reader gets to its end: numbers, and the text.
    func readAll(_ reader: AnswerReader) async -> (numbers: [Int], text: String, ended: Bool) {
        var numbers: [Int] = []
        var text: [UInt8] = []
        var ended = false
        while await reader.next({ number, event in
            numbers.append(number)
            switch event {
            case .start: break
            case .text(let piece): text += piece
            case .end: ended = true
            }
        }) {}
        return (numbers, String(decoding: text, as: UTF8.self), ended)
    }

    @Test("numbers its events, and each reader gets all after its own place")
    func positions() async {
        let log = log()
        for piece in ["one ", "two ", "three"] { #expect(log.append(piece)) }
        log.end(Self.complete)
        #expect(await readAll(log.reader()) == ([1, 2, 3, 4, 5], "one two three", true))
        #expect(await readAll(log.reader(after: 2)) == ([3, 4, 5], "two three", true))
        #expect(await readAll(log.reader(after: 4)) == ([5], "", true))
        #expect(await readAll(log.reader(after: 5)) == ([], "", false))
        #expect(await readAll(log.reader(after: 99)) == ([], "", false))
    }

    @Test("loses and repeats nothing while it is written and read at once")
    func concurrent() async {
        let log = log()
        await withTaskGroup(of: (numbers: [Int], text: String, ended: Bool).self) { group in
            for start in [0, 0, 1, 500] {
                let reader = log.reader(after: start)
                group.addTask { await readAll(reader) }
            }
            for index in 0..<2000 {
                #expect(log.append("\(index) "))
                if index % 7 == 0 { await Task.yield() }
            }
            log.end(Self.complete)
            for await (numbers, text, ended) in group {
                #expect(ended)
                let first = numbers.first ?? 0
                #expect(numbers == Array(first...2002))
                let from = max(0, first - 2)
                #expect(text == (from..<2000).map { "\($0) " }.joined())
            }
        }
    }

    @Test("says the end once, and takes nothing after it")
    func ends() async {
        let log = log()
        #expect(log.append("a"))
        #expect(log.end(Self.complete))
        #expect(!log.end(AnswerOutcome(status: .stopped, source: .model)))
        #expect(!log.append("b"))
        #expect(log.outcome == Self.complete)
        #expect(log.text == "a")
    }

    @Test("is as long as it may be and no longer")
    func limits() {
        var limits = AnswerLog.Limits()
        limits.bytes = 10
        let short = log(limits)
        #expect(short.append("12345"))
        #expect(!short.append("123456"))
        #expect(short.append("67890"))
        limits.bytes = 1000
        limits.pieces = 3
        let few = log(limits)
        #expect(few.append("a") && few.append("b") && few.append("c"))
        #expect(!few.append("d"))
    }

    @Test("gives a reader who comes late no more at once than a batch")
    func batches() async {
        var limits = AnswerLog.Limits()
        limits.batch = 100
        let log = log(limits)
        for _ in 0..<50 { #expect(log.append("0123456789")) }
        log.end(Self.complete)
        let reader = log.reader()
        var sizes: [Int] = []
        var size = 0
        while await reader.next({ _, event in
            if case .text(let piece) = event { size += piece.count }
        }) {
            sizes.append(size)
            size = 0
        }
        #expect(sizes.allSatisfy { $0 <= 100 })
        #expect(sizes.reduce(0, +) == 500)
    }

    @Test("ends the wait of a reader whose task is cancelled, before and while it waits")
    func cancellation() async {
        let log = log()
        for isEarly in [true, false] {
            let reader = log.reader(after: 1)
            let isReading = Mutex(false)
            let task = Task {
                isReading.withLock { $0 = true }
                if isEarly { while !Task.isCancelled { await Task.yield() } }
                return await reader.next { _, _ in }
            }
            while !isReading.withLock({ $0 }) { await Task.yield() }
            task.cancel()
            #expect(await task.value == false)
        }
    }

    @Test("records when the last reader left")
    func readers() {
        let now = Mutex(5)
        let log = AnswerLog(Self.identity) { now.withLock { $0 } }
        #expect(log.quietSince == 5)
        do {
            let first = log.reader()
            let second = log.reader()
            #expect(log.quietSince == nil)
            withExtendedLifetime((first, second)) {}
        }
        now.withLock { $0 = 9 }
        let third = log.reader()
        #expect(log.quietSince == nil)
        withExtendedLifetime(third) {}
    }

    @Test("is written as server-sent events and as messages of a socket")
    func encodings() async throws {
        let log = log()
        #expect(log.append("say \"hi\"\n"))
        log.end(
            AnswerOutcome(
                status: .cutOff, source: .retrieval,
                citations: [.init(title: "T", route: "/t/", anchor: nil, heading: "H")]))
        let events = EventStreamWriter(Self.identity)
        let messages = SocketWriter(Self.identity, request: "r1")
        var stream: [UInt8] = []
        var sent: [String] = []
        let reader = log.reader()
        while await reader.next({ number, event in
            events.write(number, event, into: &stream)
            sent.append(messages.message(number, event))
        }) {}
        #expect(
            String(decoding: stream, as: UTF8.self) == """
                id: 1
                event: start
                data: {"conversation_id":"c","user_message_id":"q","message_id":"a"}

                id: 2
                event: chunk
                data: {"text":"say \\"hi\\"\\n"}

                id: 3
                event: complete
                data: {"conversation_id":"c","user_message_id":"q","message_id":"a",\
                "status":"cut_off","source":"retrieval","model":null,"citations":[{"title":"T",\
                "route":"/t/","anchor":null,"heading":"H"}]}


                """)
        #expect(sent.count == 3)
        let start = try JSONValue(parsing: sent[0])
        #expect(start["type"]?.string == "message_start")
        #expect(start["message_id"]?.string == "a")
        let chunk = try JSONValue(parsing: sent[1])
        #expect(chunk["type"]?.string == "message_chunk")
        #expect(chunk["request_id"]?.string == "r1")
        #expect(chunk["id"]?.number == 2)
        #expect(chunk["text"]?.string == "say \"hi\"\n")
        let end = try JSONValue(parsing: sent[2])
        #expect(end["type"]?.string == "message_complete")
        #expect(end["status"]?.string == "cut_off")
        #expect(end["message_id"]?.string == "a")
    }
}
