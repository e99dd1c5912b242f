/// Removes a model's thoughts from its answers: the text between `<think>` and `</think>`, and
/// between the other marks that models are known to use.
///
/// Filters bytes as they arrive, so a mark may be split anywhere. A mark that is never closed hides
/// everything after it: such an answer has no text, and another model is asked.
///
/// The chat templates of some models end with `<think>`, so that their answers begin in the middle
/// of a thought and contain only `</think>`. The beginning of such an answer is held until it is
/// clear what it is.
struct ThoughtFilter {
    /// How an answer begins.
    enum Beginning {
        /// With text for the visitor, unless it starts with a mark.
        case answer
        /// With thoughts, up to a closing mark.
        case thoughts
        /// With either: without any mark the whole answer is text, shown when it ends.
        case unknown
    }

    private enum Mark: Equatable {
        case opens, closes
        /// A channel's name follows, up to the message (OpenAI's open models).
        case channel, message
        /// A control token without meaning for visitors.
        case token
    }

    private enum Reading {
        /// Possibly the beginning of a mark.
        case partial
        case mark(Mark)
        case text
    }

    /// Names in `<name>`, in lower case.
    private static let names = [
        "think", "thinking", "thought", "thoughts", "reasoning", "reflection", "scratchpad",
        "inner_monologue", "internal_monologue", "antthinking", "seed:think",
    ].map { Array($0.utf8) }
    /// Names in `<|name|>`, in lower case.
    private static let tokens: [String: Mark] = [
        "begin_of_thought": .opens, "end_of_thought": .closes, "start_thinking": .opens,
        "end_thinking": .closes, "thinking": .opens, "/thinking": .closes, "think": .opens,
        "/think": .closes, "channel": .channel, "message": .message, "start": .token,
        "end": .token, "return": .token, "begin_of_solution": .token, "end_of_solution": .token,
        "start_response": .token, "end_response": .token,
    ]
    /// Other marks, as written.
    private static let others: [(bytes: [UInt8], mark: Mark)] = [
        (Array("[THINK]".utf8), .opens), (Array("[/THINK]".utf8), .closes),
        (Array("◁think▷".utf8), .opens), (Array("◁/think▷".utf8), .closes),
    ]
    /// Maximum length of a mark with its attributes, in bytes.
    private static let longest = 80

    /// Possibly the beginning of a mark.
    private var held: [UInt8] = []
    private let beginning: Beginning
    /// Whether the text may belong to thoughts that begin the answer.
    private var isHolding: Bool
    /// The held beginning of an answer, which may turn out to be text.
    private var kept: [UInt8] = []
    /// Whether the answer began with thoughts without an opening mark, as far as it shows.
    private(set) var beginsWithThoughts: Bool?
    /// Nesting depth of thoughts.
    private var depth = 0
    /// The name of a channel, while it is being read.
    private var channel: [UInt8]?
    private var hasShown = false
    /// Whether to drop white space, because only thoughts came before it.
    private var skipsSpace = false
    /// Whether anything was hidden.
    private(set) var hasHidden = false

    init(_ beginning: Beginning = .answer) {
        self.beginning = beginning
        isHolding = beginning != .answer
    }

    /// Filters the next piece, and appends the text for visitors to `visible`.
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

    /// Shows the held text: the server separates thoughts itself, so what it sends as text is text.
    mutating func trustServer(into visible: inout [UInt8]) { release(into: &visible) }

    /// Shows the held text.
    private mutating func release(into visible: inout [UInt8]) {
        guard isHolding else { return }
        isHolding = false
        let bytes = kept.contains { !Self.isSpace($0) } ? kept : []
        kept = []
        for byte in bytes { show(byte, in: &visible) }
    }

    /// Ends the answer: the held bytes are not a mark.
    ///
    /// - Parameter isWhole: whether the model finished the answer. An answer that was cut off may
    ///   consist entirely of thoughts.
    mutating func finish(into visible: inout [UInt8], isWhole: Bool = true) {
        if isHolding, isWhole, beginning == .unknown {
            beginsWithThoughts = false
            release(into: &visible)
        }
        let rest = held
        held = []
        // The incomplete beginning of a mark is dropped.
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
            // A model that opens its own thoughts began with text, if anything.
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

    /// `<name>`, `</name>`, `<name attribute="…">`, with optional white space.
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
            // Attributes follow a space and contain no other mark.
            let isApart = rest.first.map { $0 == UInt8(ascii: "/") || 9...13 ~= $0 || $0 == 0x20 }
            return isApart == true && !rest.contains(UInt8(ascii: "<")) ? .partial : .text
        }
        // A self-closing element hides nothing.
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
