import Core

/// A request as it was read from a connection.
struct PeerRequest {
    var method: String
    var path: String
    /// Names in lower case.
    var fields: [String: String]
    var body: [UInt8]

    static let limit = 16 << 20

    enum Reading {
        case incomplete, malformed
        /// The request, and how many bytes it has.
        case complete(PeerRequest, Int)
    }

    static func read(_ bytes: [UInt8]) -> Reading {
        let end: [UInt8] = [13, 10, 13, 10]
        var index = 0
        while index + 4 <= bytes.count, !bytes[index..<(index + 4)].elementsEqual(end) {
            guard let next = bytes[(index + 1)...].firstIndex(of: 13) else { return .incomplete }
            index = next
        }
        guard index + 4 <= bytes.count else {
            return bytes.count > limit ? .malformed : .incomplete
        }
        let lines = String(decoding: bytes[..<index], as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count == 3 else { return .malformed }
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { return .malformed }
            fields[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
        }
        let length = Int(fields["content-length"] ?? "0") ?? -1
        guard 0...limit ~= length else { return .malformed }
        let start = index + 4
        guard bytes.count >= start + length else { return .incomplete }
        return .complete(
            PeerRequest(
                method: String(words[0]), path: String(words[1]), fields: fields,
                body: Array(bytes[start..<(start + length)])), start + length)
    }

    var key: String? {
        fields["x-api-key"]
            ?? fields["authorization"].flatMap {
                $0.hasPrefix("Bearer ") ? String($0.dropFirst(7)) : nil
            }
    }
}

/// The content of a question, in any of the interfaces.
struct PeerQuestion {
    var model: String
    var isStreamed: Bool
    /// `system: …`, `user: …`, a line each.
    var transcript: String
    /// Texts to make vectors of.
    var inputs: [String]

    init?(_ body: [UInt8], interface: PeerInterface) {
        guard let content = try? JSONValue(parsing: body),
            let model = content["model"]?.string
        else { return nil }
        self.model = model
        isStreamed = content["stream"]?.bool ?? (interface == .ollama)
        var transcript = ""
        func add(_ role: String, _ text: String) {
            if !transcript.isEmpty { transcript += "\n" }
            transcript += role
            transcript += ": "
            transcript += text
        }
        if let system = content["system"]?.string { add("system", system) }
        for message in content["messages"]?.array ?? [] {
            add(message["role"]?.string ?? "?", message["content"]?.string ?? "?")
        }
        self.transcript = transcript
        inputs =
            content["input"]?.string.map { [$0] }
            ?? content["input"]?.array?.compactMap(\.string) ?? []
    }

    /// What the model `asked` is to do: `echo` when it is to sum up a conversation, else the name after
    /// the last `do:`; nil when there is none.
    var wish: String? {
        if transcript.hasPrefix("system: You keep the record of a conversation.") { return "echo" }
        return transcript.matches(of: /do:([a-z]+[a-z0-9-]*)/).last.map { String($0.1) }
    }

    /// The text between the last `<<` and the `>>` after it.
    var said: String {
        guard let start = transcript.ranges(of: "<<").last else { return "" }
        let rest = transcript[start.upperBound...]
        return String(rest[..<(rest.firstRange(of: ">>")?.lowerBound ?? rest.endIndex)])
    }

    /// About as many as there are words; by bytes, since whoever measures the time until the first token
    /// does not mean to measure this.
    var inputTokens: Int {
        var transcript = transcript
        return transcript.withUTF8 { bytes in
            var count = 0
            var isInWord = false
            for byte in bytes {
                let isSpace = byte == 0x20 || byte == 0x0A
                if isInWord, isSpace { count += 1 }
                isInWord = !isSpace
            }
            return isInWord ? count + 1 : count
        }
    }
}
