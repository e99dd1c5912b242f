import FoundationEssentials
import LanguageModels
import System

/// What a visitor asks.
struct Question: Hashable, Sendable {
    enum Replacement: Hashable, Sendable {
        /// The question takes the place of this one; what was said since leaves the current path.
        case edit(UUID)
        /// The question of this answer, or this question, is to be answered anew; `text` is not used.
        case regenerate(UUID)
    }

    /// Ids for what a request makes: the same ones when the request comes again with its key.
    struct IDs: Hashable, Sendable {
        let conversation: UUID
        let question: UUID
        let answer: UUID
    }

    let visitor: UUID
    let node: String
    /// nil begins a new one.
    let conversation: UUID?
    let text: String
    /// What the client gives again when it repeats a request; 255 bytes at most.
    let idempotencyKey: String?
    let replaces: Replacement?
    let ids: IDs

    init(
        visitor: UUID, node: String, conversation: UUID? = nil, text: String,
        idempotencyKey: String? = nil, replaces: Replacement? = nil
    ) {
        self.visitor = visitor
        self.node = node
        self.conversation = conversation
        self.text = text
        self.idempotencyKey = idempotencyKey
        self.replaces = replaces
        func id(of part: String) -> UUID {
            guard let idempotencyKey else { return Self.randomID() }
            let name = "\(visitor.uuidString) \(node) \(part) \(idempotencyKey)"
            return Self.id(of: SHA256Digest(hashing: name).bytes, version: 8)
        }
        ids = IDs(
            conversation: conversation ?? id(of: "conversation"), question: id(of: "question"),
            answer: id(of: "answer"))
    }

    /// A random id. `UUID()` opens a file for it, which costs more than a statement's text.
    static func randomID() -> UUID {
        var generator = SystemRandomNumberGenerator()
        let words = [generator.next() as UInt64, generator.next()]
        let bytes = words.flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> (UInt64($0) * 8)) }
        }
        return id(of: bytes, version: 4)
    }

    /// The first 16 bytes as an id of RFC 9562. Version 4 is chance, 8 a rule of one's own.
    private static func id(of bytes: [UInt8], version: UInt8) -> UUID {
        UUID(
            uuid: (
                bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5],
                bytes[6] & 0x0f | version << 4, bytes[7], bytes[8] & 0x3f | 0x80, bytes[9],
                bytes[10], bytes[11], bytes[12], bytes[13], bytes[14], bytes[15]
            ))
    }
}

/// A stored question, and what its answer needs.
struct Exchange: Hashable, Sendable {
    let visitor: UUID
    let node: String
    let conversation: UUID
    /// The id of the question's row.
    let question: UUID
    /// The id that the answer's row will have.
    let answer: UUID
    /// The question.
    let text: String
    /// Whether the question had been stored before, by a request with the same key.
    let isRepeat: Bool
    /// The answer, when it had been stored, too.
    var storedAnswer: Message?
    /// What was said before, oldest first, as far as the summary does not tell it.
    let turns: [Prompt.Turn]
    let summary: String?
    /// The ids of what it consists of.
    var ids: Question.IDs {
        Question.IDs(conversation: conversation, question: question, answer: answer)
    }
    let answerPosition: Int
    let answerVersionOf: UUID?
    /// Stored with the answer when the request made no question.
    let answerKey: String?
}

/// What a visitor is answered.
struct Answer: Hashable, Sendable {
    var text: String
    var status: Message.Status
    var source: Message.Source
    var model: String?
    var citations: [Citation]
    var inputTokens: Int?
    var outputTokens: Int?

    init(
        text: String, status: Message.Status = .complete, source: Message.Source,
        model: String? = nil, citations: [Citation] = [], inputTokens: Int? = nil,
        outputTokens: Int? = nil
    ) {
        self.text = text
        self.status = status
        self.source = source
        self.model = model
        self.citations = citations
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
    }
}

extension Exchange {
    /// What storing an answer needs.
    var withoutTurns: Exchange {
        Exchange(
            visitor: visitor, node: node, conversation: conversation, question: question,
            answer: answer, text: text, isRepeat: isRepeat, storedAnswer: nil, turns: [],
            summary: nil, answerPosition: answerPosition, answerVersionOf: answerVersionOf,
            answerKey: answerKey)
    }
}
