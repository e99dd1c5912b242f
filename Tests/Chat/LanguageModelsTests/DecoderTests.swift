import Testing

@testable import LanguageModels

/// Streams that no server sends often, cut in every place.
@Suite struct DecoderTests {
    private static func read(
        _ text: String, _ provider: ModelProvider, cut: Int
    ) throws(AnswerDecoder.Fault) -> AnswerProgress {
        var decoder = AnswerDecoder(provider)
        var progress = AnswerProgress()
        let bytes = Array(text.utf8)
        for part in [bytes[..<cut], bytes[cut...]] {
            try decoder.take(Array(part), into: &progress)
        }
        try decoder.finish(into: &progress)
        return progress
    }

    private func expect(
        _ stream: String, _ provider: ModelProvider, says text: String, isDone: Bool,
        finish: AnswerProgress.Finish?
    ) throws {
        for cut in 0...stream.utf8.count {
            let progress = try Self.read(stream, provider, cut: cut)
            #expect(String(decoding: progress.text, as: UTF8.self) == text, "cut at \(cut)")
            #expect(progress.isDone == isDone, "cut at \(cut)")
            #expect(progress.finish == finish, "cut at \(cut)")
        }
    }

    @Test func eventsInEveryFormThatTheStandardHas() throws {
        let stream = """
            : a comment\r
            event: x\r
            id: 1\r
            retry: 5\r
            data: {"choices":[{"delta":{"content":"a"}}]}\r
            \r
            data:{"choices":[{"delta":
            data: {"content":"b\\u00e9"}}]}

            data: {"choices":[]}

            data: {"choices":[{"delta":{"content":null,"role":"assistant"},"finish_reason":"stop"}]}

            data: [DONE]
            """
        try expect(stream, .openAI, says: "abé", isDone: true, finish: .stop)
    }

    @Test func linesWithoutTheLastEnd() throws {
        let stream = """
            {"message":{"content":"a"},"done":false}\r

            {"message":{"role":"assistant","content":"","tool_calls":[{"a":[1]}]},"done":false}
            {"done":true,"message":{"content":"b"},"done_reason":"stop","eval_count":7}
            """
        try expect(stream, .ollama, says: "ab", isDone: true, finish: .stop)
    }

    @Test func eventsOfKindsThatCameLater() throws {
        let stream = """
            event: message_start
            data: {"type":"message_start","message":{"usage":{"input_tokens":3,"output_tokens":1}}}

            event: novelty
            data: {"type":"novelty","delta":{"text":"not for you"}}

            data: {"type":"content_block_delta","delta":{"type":"text_delta","text":"a"}}

            data: {"delta":{"type":"input_json_delta","partial_json":"{}"},"type":"content_block_delta"}

            data: {"type":"message_delta","delta":{"stop_reason":"refusal"},"usage":{"output_tokens":9}}


            """
        try expect(stream, .anthropic, says: "a", isDone: false, finish: .filtered)
        let progress = try Self.read(stream, .anthropic, cut: 0)
        #expect(progress.usage == ModelUsage(inputTokens: 3, outputTokens: 9))
    }

    @Test(arguments: [
        (ModelProvider.ollama, "[1]\n"), (.ollama, "{\"message\":7}\n"),
        (.ollama, "{\"message\":{\"content\":7}}\n"), (.ollama, "<html>\n"),
        (.ollama, "{\"done\":true} {\n"), (.openAI, "data: {\"choices\":{}}\n\n"),
        (.openAI, "data: {\"choices\":[{\"delta\":{\"content\":[]}}]}\n\n"),
        (.openAI, "data: [DONE\n\n"), (.openAI, "data: \n\n"), (.anthropic, "data: {}\n\n"),
        (.anthropic, "data: {\"type\":\"content_block_delta\",\"delta\":[]}\n\n"),
    ])
    func whatNoProviderSends(_ provider: ModelProvider, _ stream: String) {
        #expect(throws: AnswerDecoder.Fault.self) { try Self.read(stream, provider, cut: 3) }
    }

    @Test func manyLinesAreOneEventOnlyUpToALimit() {
        let line = "data: " + String(repeating: "a", count: 1 << 19) + "\n"
        #expect(throws: AnswerDecoder.Fault.self) {
            try Self.read(line + line + line, .openAI, cut: 0)
        }
    }

    @Test func lineOfTheLimit() throws {
        var reader = LineReader()
        var lengths: [Int] = []
        let long = [UInt8](repeating: 97, count: LineReader.limit)
        #expect(reader.take(long, { lengths.append($1.count) }) == true)
        #expect(reader.take([10, 97, 13, 10, 10], { lengths.append($1.count) }) == true)
        #expect(lengths == [LineReader.limit, 1, 0])
        #expect(reader.take(long, { lengths.append($1.count) }) == true)
        #expect(reader.take([97], { lengths.append($1.count) }) == false)
    }

    @Test(arguments: [
        ("3", 3000), ("0.5", 500), ("0", 0), ("999999", 3_600_000), ("-1", nil), ("", nil),
        ("Wed, 21 Oct 2015 07:28:00 GMT", nil), ("nan", nil), ("1e999", nil),
    ])
    func retryAfter(_ value: String, _ milliseconds: Int?) {
        #expect(RetryAfter.milliseconds(value) == milliseconds)
    }

    @Test func embeddings() {
        func read(_ text: String, _ provider: ModelProvider) -> [[Float]]? {
            EmbeddingAnswer.read(Array(text.utf8), from: provider)
        }
        #expect(read(#"{"embeddings":[[1,-2.5],[0,1e-1]]}"#, .ollama) == [[1, -2.5], [0, 0.1]])
        #expect(
            read(
                #"{"data":[{"index":1,"embedding":[2]},{"embedding":[1],"index":0}]}"#, .openAI)
                == [[1], [2]])
        #expect(read(#"{"data":[{"index":1,"embedding":[2]}]}"#, .openAI) == nil)
        #expect(read(#"{"data":[{"index":0}]}"#, .openAI) == nil)
        #expect(read(#"{"data":[]}"#, .ollama) == nil)
        #expect(read(#"{"embeddings":[["a"]]}"#, .ollama) == nil)
    }
}
