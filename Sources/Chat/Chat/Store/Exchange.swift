import FoundationEssentials
import LanguageModels
import System

/// A visitor's question, to be stored.
struct Question: Hashable, Sendable {
    enum Replacement: Hashable, Sendable {
        /// The question replaces this one; later messages leave the current path.
        case edit(UUID)
        /// Asks for a new answer to this question, or to the question of this answer; `text` is not
        /// used.
        case regenerate(UUID)
    }

    /// Ids of the rows that a request creates; a repeat with the same key gets the same ids.
    struct IDs: Hashable, Sendable {
        let conversation: UUID
        let question: UUID
        let answer: UUID
    }

    let visitor: UUID
    let node: String
    /// nil starts a new conversation.
    let conversation: UUID?
    let text: String
    /// The key with which the client repeats a request; 255 bytes at most.
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

    /// Returns a random id. `UUID()` opens a file for it, which costs more than a statement's text.
    static func randomID() -> UUID {
        var generator = SystemRandomNumberGenerator()
        let words = [generator.next() as UInt64, generator.next()]
        let bytes = words.flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> (UInt64($0) * 8)) }
        }
        return id(of: bytes, version: 4)
    }

    /// Returns the first 16 bytes as a UUID of RFC 9562: version 4 is random, version 8 custom.
    private static func id(of bytes: [UInt8], version: UInt8) -> UUID {
        UUID(
            uuid: (
                bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5],
                bytes[6] & 0x0f | version << 4, bytes[7], bytes[8] & 0x3f | 0x80, bytes[9],
                bytes[10], bytes[11], bytes[12], bytes[13], bytes[14], bytes[15]
            ))
    }
}

/// A stored question, with what is needed to answer it.
struct Exchange: Hashable, Sendable {
    let visitor: UUID
    let node: String
    let conversation: UUID
    /// The id of the question's row.
    let question: UUID
    /// The id that the answer's row will have.
    let answer: UUID
    /// The text of the question.
    let text: String
    /// Whether an earlier request with the same key had already stored the question.
    let isRepeat: Bool
    /// The answer, if it is already stored as well.
    var storedAnswer: Message?
    /// Earlier messages that the summary does not cover, oldest first.
    let turns: [Prompt.Turn]
    let summary: String?
    /// The ids of its conversation, question and answer.
    var ids: Question.IDs {
        Question.IDs(conversation: conversation, question: question, answer: answer)
    }
    let answerPosition: Int
    let answerVersionOf: UUID?
    /// Stored with the answer when the request did not create a question.
    let answerKey: String?
}

/// An answer, to be stored.
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
    /// The exchange without the conversation, enough to store its answer.
    var withoutTurns: Exchange {
        Exchange(
            visitor: visitor, node: node, conversation: conversation, question: question,
            answer: answer, text: text, isRepeat: isRepeat, storedAnswer: nil, turns: [],
            summary: nil, answerPosition: answerPosition, answerVersionOf: answerVersionOf,
            answerKey: answerKey)
    }
}
