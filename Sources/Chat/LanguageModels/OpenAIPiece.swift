import Core

/// One event of `/chat/completions`: `{"choices":[{"delta":{"content":"The"}}]}`.
enum OpenAIPiece {
    static func read(
        _ scanner: JSONScanner, into progress: inout AnswerProgress, _ piece: inout [UInt8]
    ) throws {
        var scanner = scanner
        piece.removeAll(keepingCapacity: true)
        try scanner.beginObject()
        while let key = try scanner.nextKey() {
            if scanner.key(key, is: "choices") {
                try scanner.beginArray()
                // One answer was requested; of several, the first is used.
                var isFirst = true
                while try scanner.nextElement() {
                    if isFirst {
                        try readChoice(&scanner, into: &progress, &piece)
                    } else {
                        try scanner.skip()
                    }
                    isFirst = false
                }
            } else if scanner.key(key, is: "usage"), scanner.next == UInt8(ascii: "{") {
                try readUsage(&scanner, into: &progress)
            } else if scanner.key(key, is: "error"), scanner.next != UInt8(ascii: "n") {
                throw AnswerDecoder.Fault.provider(try ProviderError.read(&scanner))
            } else {
                try scanner.skip()
            }
        }
        try scanner.end()
        progress.add(piece)
    }

    private static func readChoice(
        _ scanner: inout JSONScanner, into progress: inout AnswerProgress, _ piece: inout [UInt8]
    ) throws {
        try scanner.beginObject()
        while let key = try scanner.nextKey() {
            if scanner.key(key, is: "delta"), scanner.next == UInt8(ascii: "{") {
                try readDelta(&scanner, into: &progress, &piece)
            } else if scanner.key(key, is: "finish_reason") {
                switch try scanner.string() {
                case nil: break
                case "length": progress.finish = .length
                case "content_filter": progress.finish = .filtered
                default: progress.finish = .stop
                }
            } else {
                try scanner.skip()
            }
        }
    }

    private static func readDelta(
        _ scanner: inout JSONScanner, into progress: inout AnswerProgress, _ piece: inout [UInt8]
    ) throws {
        try scanner.beginObject()
        while let key = try scanner.nextKey() {
            // A refusal is sent in a separate field.
            if scanner.key(key, is: "content") || scanner.key(key, is: "refusal") {
                _ = try scanner.string(into: &piece)
            } else if scanner.key(key, is: "reasoning_content")
                || scanner.key(key, is: "reasoning")
            {
                try scanner.readThought(into: &progress)
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
            if scanner.key(key, is: "prompt_tokens") {
                progress.inputTokens = try scanner.count()
            } else if scanner.key(key, is: "completion_tokens") {
                progress.outputTokens = try scanner.count()
            } else {
                try scanner.skip()
            }
        }
    }
}
