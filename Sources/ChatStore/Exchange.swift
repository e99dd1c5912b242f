public import FoundationEssentials
import SystemSupport

/// What a visitor asks.
public struct Question: Hashable, Sendable {
    public enum Replacement: Hashable, Sendable {
        /// The question takes the place of this one; what was said since leaves the current path.
        case edit(UUID)
        /// The question of this answer, or this question, is to be answered anew; `text` is not used.
        case regenerate(UUID)
    }

    /// Ids for what a request makes: the same ones when the request comes again with its key.
    public struct IDs: Hashable, Sendable {
        public let conversation: UUID
        public let question: UUID
        public let answer: UUID
    }

    public let visitor: UUID
    public let node: String
    /// nil begins a new one.
    public let conversation: UUID?
    public let text: String
    /// What the client gives again when it repeats a request; 255 bytes at most.
    public let idempotencyKey: String?
    public let replaces: Replacement?
    public let ids: IDs

    public init(
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
public struct Exchange: Hashable, Sendable {
    /// An earlier message on the current path.
    public struct Turn: Hashable, Sendable {
        public var role: Message.Role
        public var text: String
    }

    public let visitor: UUID
    public let node: String
    public let conversation: UUID
    /// The id of the question's row.
    public let question: UUID
    /// The id that the answer's row will have.
    public let answer: UUID
    /// The question.
    public let text: String
    /// Whether the question had been stored before, by a request with the same key.
    public let isRepeat: Bool
    /// The answer, when it had been stored, too.
    public internal(set) var storedAnswer: Message?
    /// What was said before, oldest first, as far as the summary does not tell it.
    public let turns: [Turn]
    public let summary: String?
    /// The ids of what it consists of.
    public var ids: Question.IDs {
        Question.IDs(conversation: conversation, question: question, answer: answer)
    }
    let answerPosition: Int
    let answerVersionOf: UUID?
    /// Stored with the answer when the request made no question.
    let answerKey: String?
}

/// What a visitor is answered.
public struct Answer: Hashable, Sendable {
    public var text: String
    public var status: Message.Status
    public var source: Message.Source
    public var model: String?
    public var citations: [Citation]
    public var inputTokens: Int?
    public var outputTokens: Int?

    public init(
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
    public var withoutTurns: Exchange {
        Exchange(
            visitor: visitor, node: node, conversation: conversation, question: question,
            answer: answer, text: text, isRepeat: isRepeat, storedAnswer: nil, turns: [],
            summary: nil, answerPosition: answerPosition, answerVersionOf: answerVersionOf,
            answerKey: answerKey)
    }
}
