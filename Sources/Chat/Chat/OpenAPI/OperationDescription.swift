import Core

/// The description of an operation, without its path and method.
struct OperationDescription {
    var summary: String
    var parameters: [JSONValue] = []
    /// Media type → schema.
    var body: [String: String]?
    var isBodyRequired = true
    /// Status → media type → schema; the schema is empty for text without one.
    var answers: [Int: [String: String]]
    /// Statuses of errors, in addition to those that every operation has.
    var faults: Set<Int> = []

    init(_ operation: Operation) {
        let json = "application/json"
        switch operation {
        case .health:
            summary = "Whether the server is alive and ready"
            parameters = [Self.query("check", ["type": "string", "enum": ["live", "ready"]])]
            answers = [200: [json: "Health"], 503: [json: "Health"]]
            faults = [422]
        case .openAPI:
            summary = "This document"
            answers = [200: [json: "Document"]]
        case .chat:
            summary = "Ask a question, edit one, or have it answered again"
            body = [json: "Question", "application/x-www-form-urlencoded": "QuestionForm"]
            answers = [
                200: [json: "Answer", "text/event-stream": "", "text/html": ""]
            ]
            faults = [400, 401, 403, 409, 413, 415, 422, 429, 503]
        case .resume:
            summary = "The rest of an answer that is in progress or ended within the last minute"
            answers = [200: ["text/event-stream": ""]]
            faults = [401, 422]
        case .versions:
            summary = "All versions of a message"
            answers = [200: [json: "Messages"]]
            faults = [401, 503]
        case .listConversations:
            summary = "The visitor's conversations, most recently used first"
            parameters = [
                Self.limit(100),
                Self.query(
                    "before",
                    [
                        "type": "string",
                        "pattern": "^[0-9]{1,16}\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
                    ]),
            ]
            answers = [200: [json: "Conversations"]]
            faults = [401, 422, 503]
        case .createConversation:
            summary = "Begin a conversation"
            body = [json: "NewConversation"]
            isBodyRequired = false
            answers = [201: [json: "Conversation"]]
            faults = [400, 401, 403, 409, 413, 415, 422, 503]
        case .listMessages:
            summary = "The messages of a conversation, in order"
            parameters = [
                Self.limit(100),
                Self.query("before", ["type": "string", "pattern": "^[0-9]{1,9}$"]),
            ]
            answers = [200: [json: "Messages"]]
            faults = [401, 422, 503]
        case .stop:
            summary = "Stop the answers in progress in a conversation"
            answers = [200: [json: "Stopped"]]
            faults = [401, 403, 413, 503]
        case .deleteConversation:
            summary = "Delete a conversation with all its messages"
            answers = [204: [:]]
            faults = [401, 403, 413, 503]
        case .export:
            summary = "Everything that is stored about a conversation"
            answers = [200: [json: "Document"]]
            faults = [401, 503]
        case .searchMemory:
            summary = "Search the visitor's own past messages"
            parameters = [
                Self.query(
                    "q",
                    [
                        "type": "string", "minLength": .number(1), "maxLength": .number(1000),
                    ], isRequired: true), Self.limit(50),
            ]
            answers = [200: [json: "Memories"]]
            faults = [401, 422, 503]
        case .personality:
            summary = "The node's current personality"
            answers = [200: [json: "Personality"]]
        case .setPersonality:
            summary = "Change the node's personality; omitted fields keep their values"
            body = [json: "PersonalityChange"]
            answers = [200: [json: "Personality"]]
            faults = [400, 401, 403, 413, 415, 422, 503]
        case .listModels:
            summary = "The available models: the node itself"
            answers = [200: [json: "ModelList"]]
            faults = [401]
        case .complete:
            summary = "Chat completions, compatible with OpenAI's"
            body = [json: "CompletionRequest"]
            answers = [200: [json: "Completion", "text/event-stream": ""]]
            faults = [400, 401, 403, 413, 415, 422, 503]
        }
        faults.formUnion([400, 405, 408, 431])
        if !operation.isOfServer { faults.formUnion([404, 429]) }
    }

    private static func limit(_ most: Double) -> JSONValue {
        query("limit", ["type": "integer", "minimum": .number(1), "maximum": .number(most)])
    }

    private static func query(
        _ name: String, _ schema: JSONValue, isRequired: Bool = false
    ) -> JSONValue {
        [
            "name": .string(name), "in": "query", "required": .bool(isRequired), "schema": schema,
        ]
    }
}
