import Core

/// Decodes the response stream of one provider.
struct AnswerDecoder {
    /// Why a stream can no longer be read.
    enum Fault: Error {
        case malformed(String)
        /// The provider's error message; nil when it sent none.
        case provider(String?)
    }

    private let provider: ModelProvider
    private var lines = LineReader()
    /// The data of an incomplete server-sent event.
    private var event: [UInt8] = []
    private var hasEvent = false
    /// One piece of text; a property so that its memory is reused.
    private var piece: [UInt8] = []

    init(_ provider: ModelProvider) { self.provider = provider }

    mutating func take(_ bytes: [UInt8], into progress: inout AnswerProgress) throws(Fault) {
        var reader = lines
        lines = LineReader()
        let isShort = try reader.take(bytes) { (line, range) throws(Fault) in
            try take(line: line, range, into: &progress)
        }
        lines = reader
        guard isShort else {
            throw .malformed("it sent a line of more than \(LineReader.limit) bytes")
        }
    }

    /// Decodes the rest after the connection has ended: an unterminated line counts as a line.
    mutating func finish(into progress: inout AnswerProgress) throws(Fault) {
        let rest = lines.takeRest()
        if !rest.isEmpty { try take(line: rest, 0..<rest.count, into: &progress) }
        if provider != .ollama { try take(line: [], 0..<0, into: &progress) }
    }

    private mutating func take(
        line: [UInt8], _ range: Range<Int>, into progress: inout AnswerProgress
    ) throws(Fault) {
        guard provider != .ollama else {
            if !range.isEmpty { try read(line, range, into: &progress) }
            return
        }
        // Server-sent events: only the data matters, since it repeats the event's type.
        if range.isEmpty {
            guard hasEvent else { return }
            hasEvent = false
            let data = event
            event = []
            try read(data, 0..<data.count, into: &progress)
            event = data
            event.removeAll(keepingCapacity: true)
        } else if line[range].starts(with: "data:".utf8) {
            var start = range.lowerBound + 5
            if start < range.upperBound, line[start] == UInt8(ascii: " ") { start += 1 }
            if hasEvent { event.append(UInt8(ascii: "\n")) }
            guard event.count + range.upperBound - start <= LineReader.limit else {
                throw .malformed("it sent an event of more than \(LineReader.limit) bytes")
            }
            event.append(contentsOf: line[start..<range.upperBound])
            hasEvent = true
        }
    }

    private mutating func read(
        _ bytes: [UInt8], _ range: Range<Int>, into progress: inout AnswerProgress
    ) throws(Fault) {
        guard !progress.isDone else { return }
        do {
            switch provider {
            case .ollama:
                try OllamaPiece.read(JSONScanner(bytes, in: range), into: &progress, &piece)
            case .openAI:
                if bytes[range].elementsEqual("[DONE]".utf8) {
                    progress.isDone = true
                } else {
                    try OpenAIPiece.read(JSONScanner(bytes, in: range), into: &progress, &piece)
                }
            case .anthropic:
                try AnthropicPiece.read(JSONScanner(bytes, in: range), into: &progress, &piece)
            }
        } catch let fault as Fault {
            throw fault
        } catch {
            throw .malformed("it sent data that its interface does not define")
        }
    }
}
