/// Keeps what a model says to itself from visitors: what stands between `<think>` and `</think>`, and
/// between the other marks that models are known to use.
///
/// It reads bytes as they come, so that a mark may be cut anywhere. A mark that is never closed hides
/// all that follows: such an answer has no text, and another model is asked.
///
/// The chat templates of some models end with `<think>`, so that their answers begin in the middle of a
/// thought and have only `</think>`: what comes first is held until it is known what it was.
struct ThoughtFilter {
    /// What an answer begins with.
    enum Beginning {
        /// Text for the visitor, unless a mark says otherwise.
        case answer
        /// Thoughts, up to a mark that closes them.
        case thoughts
        /// Either: without any mark the whole answer is text, told at its end.
        case unknown
    }

    private enum Mark: Equatable {
        case opens, closes
        /// What follows is a channel's name, up to the message (OpenAI's open models).
        case channel, message
        /// Means nothing to a visitor.
        case token
    }

    private enum Reading {
        /// May become a mark.
        case partial
        case mark(Mark)
        case text
    }

    /// Of `<name>`, in lower case.
    private static let names = [
        "think", "thinking", "thought", "thoughts", "reasoning", "reflection", "scratchpad",
        "inner_monologue", "internal_monologue", "antthinking", "seed:think",
    ].map { Array($0.utf8) }
    /// Of `<|name|>`, in lower case.
    private static let tokens: [String: Mark] = [
        "begin_of_thought": .opens, "end_of_thought": .closes, "start_thinking": .opens,
        "end_thinking": .closes, "thinking": .opens, "/thinking": .closes, "think": .opens,
        "/think": .closes, "channel": .channel, "message": .message, "start": .token,
        "end": .token, "return": .token, "begin_of_solution": .token, "end_of_solution": .token,
        "start_response": .token, "end_response": .token,
    ]
    /// Others, as they are written.
    private static let others: [(bytes: [UInt8], mark: Mark)] = [
        (Array("[THINK]".utf8), .opens), (Array("[/THINK]".utf8), .closes),
        (Array("◁think▷".utf8), .opens), (Array("◁/think▷".utf8), .closes),
    ]
    /// A mark with its attributes is no longer than this, in bytes.
    private static let longest = 80

    /// May become a mark.
    private var held: [UInt8] = []
    private let beginning: Beginning
    /// Whether what comes may be the thoughts that the answer begins with.
    private var isHolding: Bool
    /// What was held of an answer that may as well begin with text.
    private var kept: [UInt8] = []
    /// Whether the answer began with thoughts that no mark opened, as far as it tells.
    private(set) var beginsWithThoughts: Bool?
    /// Thoughts within thoughts.
    private var depth = 0
    /// The name of a channel, while it is read.
    private var channel: [UInt8]?
    private var hasShown = false
    /// Whether white space is left out, since only thoughts came before it.
    private var skipsSpace = false
    /// Whether something was hidden.
    private(set) var hasHidden = false

    init(_ beginning: Beginning = .answer) {
        self.beginning = beginning
        isHolding = beginning != .answer
    }

    /// Takes the next piece, and adds what visitors may read to `visible`.
    mutating func take(_ piece: [UInt8], into visible: inout [UInt8]) {
        if held.isEmpty, depth == 0, channel == nil, !skipsSpace, !isHolding,
            !piece.contains(where: Self.beginsMark)
        {
            hasShown = hasShown || !piece.isEmpty
            visible.append(contentsOf: piece)
            return
        }
        for byte in piece { take(byte, into: &visible) }
    }

    /// The server itself tells thoughts from text: what it sends as text is text.
    mutating func trustServer(into visible: inout [UInt8]) { release(into: &visible) }

    /// Shows what was held.
    private mutating func release(into visible: inout [UInt8]) {
        guard isHolding else { return }
        isHolding = false
        let bytes = kept.contains { !Self.isSpace($0) } ? kept : []
        kept = []
        for byte in bytes { show(byte, in: &visible) }
    }

    /// No more follows: what is held was no mark.
    ///
    /// - Parameter isWhole: whether the model came to the end of what it had to say. An answer that was
    ///   cut off may have been a thought to its end.
    mutating func finish(into visible: inout [UInt8], isWhole: Bool = true) {
        if isHolding, isWhole, beginning == .unknown {
            beginsWithThoughts = false
            release(into: &visible)
        }
        let rest = held
        held = []
        // The beginning of a mark that was cut off is nothing to read.
        if case .partial = Self.read(rest), rest.count > 3 { return }
        for byte in rest { show(byte, in: &visible) }
    }

    private mutating func take(_ byte: UInt8, into visible: inout [UInt8]) {
        if held.isEmpty, !Self.beginsMark(byte) { return show(byte, in: &visible) }
        held.append(byte)
        switch Self.read(held) {
        case .partial where held.count < Self.longest: return
        case .mark(let mark):
            held = []
            pass(mark, &visible)
        case .partial, .text:
            let bytes = held
            held = []
            show(bytes[0], in: &visible)
            for byte in bytes.dropFirst() { take(byte, into: &visible) }
        }
    }

    private mutating func pass(_ mark: Mark, _ visible: inout [UInt8]) {
        hasHidden = true
        if mark == .closes, isHolding || depth == 0, channel == nil {
            beginsWithThoughts = true
            isHolding = false
            kept = []
        } else {
            // A model that opens its thoughts itself began with text, if with anything.
            release(into: &visible)
        }
        switch mark {
        case .opens: depth += 1
        case .closes: depth = max(0, depth - 1)
        case .channel: channel = []
        case .message:
            if let name = channel { depth = name.starts(with: "final".utf8) ? 0 : 1 }
            channel = nil
        case .token: break
        }
        skipsSpace = !hasShown
    }

    private mutating func show(_ byte: UInt8, in visible: inout [UInt8]) {
        if let name = channel {
            if name.count < 64 { channel?.append(byte) }
            return
        }
        guard depth == 0 else { return }
        guard !isHolding else {
            hasHidden = true
            if beginning == .unknown { kept.append(byte) }
            return
        }
        if skipsSpace, Self.isSpace(byte) { return }
        skipsSpace = false
        hasShown = true
        visible.append(byte)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || 9...13 ~= byte }

    private static func beginsMark(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "<") || byte == UInt8(ascii: "[") || byte == 0xe2
    }

    private static func read(_ bytes: [UInt8]) -> Reading {
        for other in others {
            if bytes == other.bytes { return .mark(other.mark) }
            if other.bytes.starts(with: bytes) { return .partial }
        }
        guard bytes.first == UInt8(ascii: "<") else { return .text }
        return bytes.dropFirst().first == UInt8(ascii: "|") ? readToken(bytes) : readTag(bytes)
    }

    /// `<|name|>`.
    private static func readToken(_ bytes: [UInt8]) -> Reading {
        let name = bytes.dropFirst(2).prefix { $0 != UInt8(ascii: "|") }.map(lowercased)
        let rest = bytes.dropFirst(2 + name.count)
        if rest.isEmpty {
            return tokens.keys.contains { $0.utf8.starts(with: name) } ? .partial : .text
        }
        guard let mark = tokens[String(decoding: name, as: UTF8.self)] else { return .text }
        if rest.count == 1 { return .partial }
        return rest.count == 2 && rest.last == UInt8(ascii: ">") ? .mark(mark) : .text
    }

    /// `<name>`, `</name>`, `<name attribute="…">`, with white space as careless writers have it.
    private static func readTag(_ bytes: [UInt8]) -> Reading {
        var rest = bytes[1...]
        func skipSpace() { rest = rest.drop { $0 == 0x20 || $0 == 9 } }
        skipSpace()
        let closes = rest.first == UInt8(ascii: "/")
        if closes {
            rest.removeFirst()
            skipSpace()
        }
        let name = rest.prefix { isNameByte($0) }.map(lowercased)
        rest = rest.dropFirst(name.count)
        guard !rest.isEmpty else {
            return names.contains { $0.starts(with: name) } ? .partial : .text
        }
        guard names.contains(name) else { return .text }
        guard rest.last == UInt8(ascii: ">") else {
            // Attributes follow a space, and hold no further mark.
            let isApart = rest.first.map { $0 == UInt8(ascii: "/") || 9...13 ~= $0 || $0 == 0x20 }
            return isApart == true && !rest.contains(UInt8(ascii: "<")) ? .partial : .text
        }
        // An element without content hides nothing.
        if rest.dropLast().last == UInt8(ascii: "/") { return .mark(.token) }
        return .mark(closes ? .closes : .opens)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch lowercased(byte) {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), UInt8(ascii: ":"): true
        default: false
        }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
    }
}
