/// An answer under way: what to send next, and when.
struct PeerAnswer {
    enum Step {
        /// Send this, and go on after so many milliseconds.
        case send([UInt8], pause: Int)
        /// Nothing will ever follow.
        case silence
        case end(closes: Bool)
    }

    private enum Phase {
        case reasoning, text, ending, noise(left: Int), over
    }

    let interface: PeerInterface
    let model: String
    let behavior: PeerBehavior
    private let inputTokens: Int
    /// Nil for words.
    private let pieces: [String]?
    private let count: Int
    private var phase = Phase.reasoning
    private var index = 0

    init(
        _ question: PeerQuestion, _ request: PeerRequest, _ interface: PeerInterface,
        _ behavior: PeerBehavior
    ) {
        self.interface = interface
        self.behavior = behavior
        model = question.model
        inputTokens = question.inputTokens
        pieces =
            switch behavior.source {
            case .words: nil
            case .echo: Self.pieces(of: question.transcript)
            case .echoRequest: Self.pieces(of: String(decoding: request.body, as: UTF8.self))
            case .said: Self.pieces(of: question.said)
            case .characters: Self.characters
            }
        count = pieces?.count ?? behavior.count
    }

    /// The texts of the names `unicode` and `split`.
    static let characters = [
        "plain ", "é", "ß ", "→", "\u{1F600}", "👩‍👩‍👧‍👦", "\n", "\"quoted\"", "\\", "\t", "\u{7f}",
        "\u{1}",
        "日本語", " end",
    ]

    static func word(_ index: Int) -> String { "w\(index) " }

    private static func pieces(of text: String) -> [String] {
        var pieces: [String] = []
        var rest = text[...]
        while !rest.isEmpty {
            pieces.append(String(rest.prefix(8)))
            rest = rest.dropFirst(8)
        }
        return pieces
    }

    /// The head and what comes before the first text.
    func head() -> [UInt8] {
        let head =
            "HTTP/1.1 200 OK\r\nContent-Type: \(interface.contentType)\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
        let start = interface.start(model: model, inputTokens: inputTokens)
        return Array(head.utf8) + (start.isEmpty ? [] : Self.framed(start))
    }

    mutating func next(cache: inout PeerCache) -> Step {
        switch phase {
        case .reasoning:
            guard index < behavior.reasoning else {
                index = 0
                phase = .text
                return next(cache: &cache)
            }
            index += 1
            return .send(
                Self.framed(interface.reasoning("hm ", model: model)), pause: behavior.interval)
        case .text:
            guard index < count else {
                phase = .ending
                return next(cache: &cache)
            }
            defer { index += 1 }
            let bytes =
                pieces.map { Self.framed(interface.text($0[index], model: model)) }
                ?? cache.word(index, interface, model)
            let isLast = index + 1 == count && behavior.ending == .complete
            return .send(bytes, pause: isLast ? 0 : behavior.interval)
        case .ending: return ending()
        case .noise(let left):
            guard left > 0 else {
                phase = .over
                return .send(Self.lastChunk, pause: 0)
            }
            phase = .noise(left: left == .max ? .max : left - 1)
            return .send(Self.noise, pause: 0)
        case .over: return .end(closes: false)
        }
    }

    private mutating func ending() -> Step {
        phase = .over
        switch behavior.ending {
        case .complete, .length:
            let end = interface.end(
                model: model, isLong: behavior.ending == .length, inputTokens: inputTokens,
                outputTokens: count)
            return .send(Self.framed(end) + Self.lastChunk, pause: 0)
        case .silence: return .silence
        case .cut: return .end(closes: true)
        case .malformed:
            return .send(
                Self.framed("data: {\"choices\":[{]}\n\n{not json}\n") + Self.lastChunk, pause: 0)
        case .failure:
            return .send(
                Self.framed(interface.failure("the model ran out of luck")) + Self.lastChunk,
                pause: 0)
        case .hugeLine, .endlessLine:
            phase = .noise(left: behavior.ending == .hugeLine ? 160 : .max)
            let start = interface == .ollama ? "" : "data: "
            return .send(
                Self.framed(start + #"{"message":{"content":""#), pause: 0)
        }
    }

    static let lastChunk = Array("0\r\n\r\n".utf8)

    /// 64 KiB of a line.
    private static let noise = framed(String(repeating: "a", count: 64 << 10))

    static func framed(_ text: String) -> [UInt8] {
        Array("\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n".utf8)
    }
}

/// The pieces of `w0 `, `w1 `, … as they are sent, so that thousands of streams cost little.
struct PeerCache {
    private struct Key: Hashable {
        var interface: PeerInterface
        var model: String
    }

    private static let models = 256
    private static let words = 4096

    private var chunks: [Key: [[UInt8]]] = [:]

    mutating func word(_ index: Int, _ interface: PeerInterface, _ model: String) -> [UInt8] {
        let key = Key(interface: interface, model: model)
        guard index < Self.words, chunks[key] != nil || chunks.count < Self.models else {
            return PeerAnswer.framed(interface.text(PeerAnswer.word(index), model: model))
        }
        var known = chunks[key]?.count ?? 0
        while known <= index {
            chunks[key, default: []].append(
                PeerAnswer.framed(interface.text(PeerAnswer.word(known), model: model)))
            known += 1
        }
        return chunks[key]?[index] ?? []
    }
}
