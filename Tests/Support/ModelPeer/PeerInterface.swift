import Core

/// How one of the three interfaces writes an answer.
enum PeerInterface: Hashable {
    case ollama, openAI, anthropic

    /// The interface of a path, and whether it makes embeddings.
    static func of(_ path: String) -> (interface: PeerInterface, isEmbedding: Bool)? {
        switch path {
        case "/api/chat": (.ollama, false)
        case "/api/embed": (.ollama, true)
        case "/chat/completions", "/v1/chat/completions": (.openAI, false)
        case "/embeddings", "/v1/embeddings": (.openAI, true)
        case "/v1/messages": (.anthropic, false)
        default: nil
        }
    }

    var contentType: String { self == .ollama ? "application/x-ndjson" : "text/event-stream" }

    private func event(_ kind: String, _ data: String) -> String {
        switch self {
        case .ollama: data + "\n"
        case .openAI: "data: \(data)\n\n"
        case .anthropic: "event: \(kind)\ndata: \(data)\n\n"
        }
    }

    /// The events before the first text.
    func start(model: String, inputTokens: Int) -> String {
        let model = JSONValue.quote(model)
        switch self {
        case .ollama: return ""
        case .openAI:
            return event("", Self.chunk(model, #"{"role":"assistant","content":""}"#, "null"))
        case .anthropic:
            let usage = #"{"input_tokens":\#(inputTokens),"output_tokens":1}"#
            return event(
                "message_start",
                #"{"type":"message_start","message":{"id":"msg_1","type":"message","#
                    + #""role":"assistant","model":\#(model),"content":[],"stop_reason":null,"#
                    + #""stop_sequence":null,"usage":\#(usage)}}"#)
                + event(
                    "content_block_start",
                    #"{"type":"content_block_start","index":0,"#
                        + #""content_block":{"type":"text","text":""}}"#)
                + event("ping", #"{"type":"ping"}"#)
        }
    }

    func text(_ text: String, model: String) -> String {
        let model = JSONValue.quote(model)
        let text = JSONValue.quote(text)
        switch self {
        case .ollama: return event("", Self.line(model, #""content":\#(text)"#, #""done":false"#))
        case .openAI: return event("", Self.chunk(model, #"{"content":\#(text)}"#, "null"))
        case .anthropic:
            return event(
                "content_block_delta",
                #"{"type":"content_block_delta","index":0,"#
                    + #""delta":{"type":"text_delta","text":\#(text)}}"#)
        }
    }

    func reasoning(_ text: String, model: String) -> String {
        let model = JSONValue.quote(model)
        let text = JSONValue.quote(text)
        switch self {
        case .ollama:
            return event(
                "", Self.line(model, #""content":"","thinking":\#(text)"#, #""done":false"#))
        case .openAI:
            return event("", Self.chunk(model, #"{"reasoning_content":\#(text)}"#, "null"))
        case .anthropic:
            return event(
                "content_block_delta",
                #"{"type":"content_block_delta","index":0,"#
                    + #""delta":{"type":"thinking_delta","thinking":\#(text)}}"#)
        }
    }

    /// The events after the last text.
    func end(model: String, isLong: Bool, inputTokens: Int, outputTokens: Int) -> String {
        let model = JSONValue.quote(model)
        switch self {
        case .ollama:
            return event(
                "",
                Self.line(
                    model, #""content":"""#,
                    #""done_reason":"\#(isLong ? "length" : "stop")","done":true,"#
                        + #""total_duration":5000000,"prompt_eval_count":\#(inputTokens),"#
                        + #""eval_count":\#(outputTokens)"#))
        case .openAI:
            return event("", Self.chunk(model, "{}", isLong ? #""length""# : #""stop""#))
                + event(
                    "",
                    #"{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"#
                        + #""model":\#(model),"choices":[],"usage":{"prompt_tokens":\#(inputTokens),"#
                        + #""completion_tokens":\#(outputTokens),"#
                        + #""total_tokens":\#(inputTokens + outputTokens)}}"#)
                + event("", "[DONE]")
        case .anthropic:
            return event("content_block_stop", #"{"type":"content_block_stop","index":0}"#)
                + event(
                    "message_delta",
                    #"{"type":"message_delta","delta":{"stop_reason":"#
                        + (isLong ? #""max_tokens""# : #""end_turn""#)
                        + #","stop_sequence":null},"usage":{"output_tokens":\#(outputTokens)}}"#)
                + event("message_stop", #"{"type":"message_stop"}"#)
        }
    }

    /// An error in the place of text.
    func failure(_ message: String) -> String {
        let message = JSONValue.quote(message)
        switch self {
        case .ollama: return event("", #"{"error":\#(message)}"#)
        case .openAI:
            return event("", #"{"error":{"message":\#(message),"type":"server_error"}}"#)
        case .anthropic:
            return event(
                "error",
                #"{"type":"error","error":{"type":"overloaded_error","message":\#(message)}}"#)
        }
    }

    /// The body of an answer with a bad status.
    func failureBody(_ message: String) -> String {
        switch self {
        case .ollama: #"{"error":\#(JSONValue.quote(message))}"#
        case .openAI: #"{"error":{"message":\#(JSONValue.quote(message)),"type":"error"}}"#
        case .anthropic:
            #"{"type":"error","error":{"type":"error","message":\#(JSONValue.quote(message))}}"#
        }
    }

    /// An answer that is not streamed.
    func whole(_ text: String, model: String, inputTokens: Int, outputTokens: Int) -> String {
        let model = JSONValue.quote(model)
        let text = JSONValue.quote(text)
        switch self {
        case .ollama:
            return Self.line(
                model, #""content":\#(text)"#,
                #""done_reason":"stop","done":true,"prompt_eval_count":\#(inputTokens),"#
                    + #""eval_count":\#(outputTokens)"#)
        case .openAI:
            return #"{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":\#(model),"#
                + #""choices":[{"index":0,"message":{"role":"assistant","content":\#(text)},"#
                + #""finish_reason":"stop"}],"usage":{"prompt_tokens":\#(inputTokens),"#
                + #""completion_tokens":\#(outputTokens),"#
                + #""total_tokens":\#(inputTokens + outputTokens)}}"#
        case .anthropic:
            return #"{"id":"msg_1","type":"message","role":"assistant","model":\#(model),"#
                + #""content":[{"type":"text","text":\#(text)}],"stop_reason":"end_turn","#
                + #""stop_sequence":null,"usage":{"input_tokens":\#(inputTokens),"#
                + #""output_tokens":\#(outputTokens)}}"#
        }
    }

    private static func line(_ model: String, _ message: String, _ rest: String) -> String {
        #"{"model":\#(model),"created_at":"2026-01-01T00:00:00.000000000Z","#
            + #""message":{"role":"assistant",\#(message)},\#(rest)}"#
    }

    private static func chunk(_ model: String, _ delta: String, _ finish: String) -> String {
        #"{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":\#(model),"#
            + #""system_fingerprint":"fp_1","choices":[{"index":0,"delta":\#(delta),"#
            + #""logprobs":null,"finish_reason":\#(finish)}]}"#
    }
}
