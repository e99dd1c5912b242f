import Core

/// One event of the Messages API:
/// `{"type":"content_block_delta","delta":{"type":"text_delta","text":"The"}}`.
enum AnthropicPiece {
    static func read(
        _ scanner: JSONScanner, into progress: inout AnswerProgress, _ piece: inout [UInt8]
    ) throws {
        var scanner = scanner
        var kind: String?
        var failure: String??
        piece.removeAll(keepingCapacity: true)
        try scanner.beginObject()
        while let key = try scanner.nextKey() {
            if scanner.key(key, is: "type") {
                kind = try scanner.string()
            } else if scanner.key(key, is: "delta") {
                try readDelta(&scanner, into: &progress, &piece)
            } else if scanner.key(key, is: "message"), scanner.next == UInt8(ascii: "{") {
                try readMessage(&scanner, into: &progress)
            } else if scanner.key(key, is: "usage"), scanner.next == UInt8(ascii: "{") {
                try readUsage(&scanner, into: &progress)
            } else if scanner.key(key, is: "error") {
                failure = .some(try ProviderError.read(&scanner))
            } else {
                try scanner.skip()
            }
        }
        try scanner.end()
        switch kind {
        case "content_block_delta": progress.add(piece)
        case "message_stop": progress.isDone = true
        case "error": throw AnswerDecoder.Fault.provider(failure ?? nil)
        case nil: throw scanner.mismatch
        // A ping, or an event type added later.
        default: break
        }
    }

    private static func readDelta(
        _ scanner: inout JSONScanner, into progress: inout AnswerProgress, _ piece: inout [UInt8]
    ) throws {
        try scanner.beginObject()
        while let key = try scanner.nextKey() {
            if scanner.key(key, is: "text") {
                piece.removeAll(keepingCapacity: true)
                _ = try scanner.string(into: &piece)
            } else if scanner.key(key, is: "thinking") {
                progress.hasReasoned = true
                try scanner.skip()
            } else if scanner.key(key, is: "stop_reason") {
                switch try scanner.string() {
                case nil: break
                case "max_tokens", "model_context_window_exceeded": progress.finish = .length
                case "refusal": progress.finish = .filtered
                default: progress.finish = .stop
                }
            } else {
                try scanner.skip()
            }
        }
    }

    private static func readMessage(
        _ scanner: inout JSONScanner, into progress: inout AnswerProgress
    ) throws {
        try scanner.beginObject()
        while let key = try scanner.nextKey() {
            if scanner.key(key, is: "usage"), scanner.next == UInt8(ascii: "{") {
                try readUsage(&scanner, into: &progress)
            } else {
                try scanner.skip()
            }
        }
    }

    private static func readUsage(
        _ scanner: inout JSONScanner, into progress: inout AnswerProgress
    ) throws {
        try scanner.beginObject()
        while let key = try scanner.nextKey() {
            if scanner.key(key, is: "input_tokens"), scanner.next != UInt8(ascii: "n") {
                progress.inputTokens = try scanner.count()
            } else if scanner.key(key, is: "output_tokens"), scanner.next != UInt8(ascii: "n") {
                progress.outputTokens = try scanner.count()
            } else {
                try scanner.skip()
            }
        }
    }
}
