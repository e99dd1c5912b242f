import Core

/// One line of `/api/chat`: `{"message":{"content":"The"},"done":false}`.
enum OllamaPiece {
    static func read(
        _ scanner: JSONScanner, into progress: inout AnswerProgress, _ piece: inout [UInt8]
    ) throws {
        var scanner = scanner
        var isDone = false
        var reason: String?
        piece.removeAll(keepingCapacity: true)
        try scanner.beginObject()
        while let key = try scanner.nextKey() {
            if scanner.key(key, is: "message") {
                try readMessage(&scanner, into: &progress, &piece)
            } else if scanner.key(key, is: "done") {
                isDone = try scanner.bool()
            } else if scanner.key(key, is: "done_reason") {
                reason = try scanner.string()
            } else if scanner.key(key, is: "prompt_eval_count") {
                progress.inputTokens = try scanner.count()
            } else if scanner.key(key, is: "eval_count") {
                progress.outputTokens = try scanner.count()
            } else if scanner.key(key, is: "error") {
                throw AnswerDecoder.Fault.provider(try ProviderError.read(&scanner))
            } else {
                try scanner.skip()
            }
        }
        try scanner.end()
        progress.add(piece)
        if isDone {
            progress.finish = reason == "length" ? .length : .stop
            progress.isDone = true
        }
    }

    private static func readMessage(
        _ scanner: inout JSONScanner, into progress: inout AnswerProgress, _ piece: inout [UInt8]
    ) throws {
        try scanner.beginObject()
        while let key = try scanner.nextKey() {
            if scanner.key(key, is: "content") {
                piece.removeAll(keepingCapacity: true)
                _ = try scanner.string(into: &piece)
            } else if scanner.key(key, is: "thinking") {
                try scanner.readThought(into: &progress)
            } else {
                try scanner.skip()
            }
        }
    }
}
