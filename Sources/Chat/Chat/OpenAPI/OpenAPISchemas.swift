import Core

/// The JSON Schemas of requests and responses.
enum OpenAPISchemas {
    /// By name. A test checks that the text below is valid JSON.
    static let all = (try? JSONValue(parsing: text)) ?? .null

    private static let text = #"""
        {
          "Error": {"type": "object", "required": ["error"], "properties": {"error": {
            "type": "object", "required": ["code", "message"], "properties": {
              "code": {"type": "string"}, "message": {"type": "string"},
              "field": {"type": "string"}}}}},
          "OpenAIError": {"type": "object", "required": ["error"], "properties": {"error": {
            "type": "object", "required": ["code", "message"], "properties": {
              "code": {"type": "string"}, "message": {"type": "string"},
              "type": {"type": "string"}, "param": {"type": ["string", "null"]}}}}},
          "Document": {"type": "object"},
          "Health": {"type": "object", "required": ["status", "live", "ready"], "properties": {
            "status": {"enum": ["ok", "degraded", "draining"]}, "live": {"type": "boolean"},
            "ready": {"type": "boolean"}, "database": {"enum": ["ok", "unreachable"]},
            "nodes": {"type": "array", "items": {"type": "string"}},
            "running_answers": {"type": "integer"}, "waiting_answers": {"type": "integer"}}},
          "Text": {"type": "string", "minLength": 1, "maxLength": 4000,
            "pattern": "^[^\\u0000]*[^\\u0000\\s][^\\u0000]*$"},
          "Identifier": {"type": "string", "format": "uuid"},
          "OptionalIdentifier": {"anyOf": [
            {"$ref": "#/components/schemas/Identifier"}, {"type": "null"}]},
          "Mood": {"enum": ["calm", "relaxed", "focused", "professional", "energetic", "excited",
            "hyper"]},
          "Question": {"type": "object", "required": ["message"],
            "description": "'edit' replaces that question with the message. 'regenerate' answers the question of that answer again and ignores the message. Both require the conversation, and exclude each other.",
            "properties": {
              "message": {"$ref": "#/components/schemas/Text"},
              "conversation_id": {"$ref": "#/components/schemas/OptionalIdentifier"},
              "personality": {"anyOf": [{"$ref": "#/components/schemas/Mood"}, {"type": "null"}]},
              "idempotency_key": {"type": ["string", "null"], "minLength": 1, "maxLength": 255,
                "pattern": "^[!-~]+$"},
              "edit": {"$ref": "#/components/schemas/OptionalIdentifier"},
              "regenerate": {"$ref": "#/components/schemas/OptionalIdentifier"}}},
          "QuestionForm": {"type": "object", "required": ["message"], "properties": {
            "message": {"$ref": "#/components/schemas/Text"},
            "conversation_id": {"anyOf": [
              {"$ref": "#/components/schemas/Identifier"}, {"const": ""}]}}},
          "Citation": {"type": "object", "required": ["title", "route", "anchor", "heading"],
            "properties": {"title": {"type": "string"}, "route": {"type": "string"},
              "anchor": {"type": ["string", "null"]}, "heading": {"type": ["string", "null"]},
              "number": {"type": "integer",
                "description": "The number that refers to it in the text, as [1]; absent where the text links to it."}}},
          "Usage": {"type": "object", "required": ["input_tokens", "output_tokens"],
            "properties": {"input_tokens": {"type": "integer"},
              "output_tokens": {"type": "integer"}}},
          "Answer": {"type": "object", "required": ["conversation_id", "user_message_id",
            "message_id", "content", "status", "source", "model", "citations"], "properties": {
              "conversation_id": {"$ref": "#/components/schemas/Identifier"},
              "user_message_id": {"$ref": "#/components/schemas/Identifier"},
              "message_id": {"$ref": "#/components/schemas/Identifier"},
              "content": {"type": "string"},
              "status": {"enum": ["complete", "cut_off", "stopped"]},
              "source": {"enum": ["model", "retrieval"]},
              "model": {"type": ["string", "null"]},
              "citations": {"type": "array", "items": {"$ref": "#/components/schemas/Citation"}},
              "usage": {"$ref": "#/components/schemas/Usage"}}},
          "NewConversation": {"type": "object", "properties": {"title": {"type": ["string", "null"],
            "minLength": 1, "maxLength": 200, "pattern": "^[^\\u0000-\\u001f\\u007f]+$"}}},
          "Conversation": {"type": "object", "required": ["id", "title", "created_at",
            "updated_at"], "properties": {
              "id": {"$ref": "#/components/schemas/Identifier"},
              "title": {"type": ["string", "null"]},
              "created_at": {"type": "string", "format": "date-time"},
              "updated_at": {"type": "string", "format": "date-time"}}},
          "Conversations": {"type": "object", "required": ["conversations", "next"], "properties": {
            "conversations": {"type": "array",
              "items": {"$ref": "#/components/schemas/Conversation"}},
            "next": {"type": ["string", "null"]}}},
          "Message": {"type": "object", "required": ["id", "conversation_id", "role", "content",
            "status", "source", "model", "citations", "parent_id", "versions", "is_current",
            "created_at"], "properties": {
              "id": {"$ref": "#/components/schemas/Identifier"},
              "conversation_id": {"$ref": "#/components/schemas/Identifier"},
              "role": {"enum": ["user", "assistant", "system"]}, "content": {"type": "string"},
              "status": {"enum": ["complete", "cut_off", "stopped", "failed"]},
              "source": {"enum": ["model", "retrieval", null]},
              "model": {"type": ["string", "null"]},
              "citations": {"type": "array", "items": {"$ref": "#/components/schemas/Citation"}},
              "parent_id": {"type": ["string", "null"], "format": "uuid"},
              "versions": {"type": "array",
                "items": {"$ref": "#/components/schemas/Identifier"}},
              "is_current": {"type": "boolean"},
              "created_at": {"type": "string", "format": "date-time"}}},
          "Messages": {"type": "object", "required": ["messages", "next"], "properties": {
            "messages": {"type": "array", "items": {"$ref": "#/components/schemas/Message"}},
            "next": {"type": ["string", "null"]}}},
          "Stopped": {"type": "object", "required": ["stopped"], "properties": {
            "stopped": {"type": "array", "items": {"$ref": "#/components/schemas/Identifier"}}}},
          "Memories": {"type": "object", "required": ["results", "search"], "properties": {
            "search": {"enum": ["hybrid", "full_text"]},
            "results": {"type": "array", "items": {"type": "object", "required": ["message_id",
              "conversation_id", "role", "content", "created_at"], "properties": {
                "message_id": {"$ref": "#/components/schemas/Identifier"},
                "conversation_id": {"$ref": "#/components/schemas/Identifier"},
                "role": {"type": "string"}, "content": {"type": "string"},
                "created_at": {"type": "string", "format": "date-time"}}}}}},
          "Personality": {"type": "object", "required": ["node", "mood", "mood_name", "mode",
            "gandhi_genghis", "energy", "focus"], "properties": {
              "node": {"type": "string"},
              "mood": {"type": "integer", "minimum": 1, "maximum": 7},
              "mood_name": {"$ref": "#/components/schemas/Mood"}, "mode": {"type": "string"},
              "gandhi_genghis": {"type": "integer", "minimum": 1, "maximum": 10},
              "energy": {"type": "integer", "minimum": 0, "maximum": 100},
              "focus": {"type": "integer", "minimum": 0, "maximum": 100}}},
          "PersonalityChange": {"type": "object", "properties": {
              "mood": {"type": ["integer", "null"], "minimum": 1, "maximum": 7},
              "mode": {"type": ["string", "null"], "minLength": 1, "maxLength": 50,
                "pattern": "^[^\\u0000-\\u001f\\u007f]+$"},
              "gandhi_genghis": {"type": ["integer", "null"], "minimum": 1, "maximum": 10},
              "energy": {"type": ["integer", "null"], "minimum": 0, "maximum": 100},
              "focus": {"type": ["integer", "null"], "minimum": 0, "maximum": 100}}},
          "ModelList": {"type": "object", "required": ["object", "data"], "properties": {
            "object": {"const": "list"}, "data": {"type": "array", "items": {"type": "object",
              "required": ["id", "object", "created", "owned_by"], "properties": {
                "id": {"type": "string"}, "object": {"const": "model"},
                "created": {"type": "integer"}, "owned_by": {"type": "string"}}}}}},
          "Stop": {"type": "string", "minLength": 1, "maxLength": 64},
          "CompletionRequest": {"type": "object", "required": ["model", "messages"],
            "properties": {
              "model": {"type": "string", "minLength": 1, "maxLength": 200,
                "pattern": "^[^\\u0000-\\u001f\\u007f]+$"},
              "messages": {"type": "array", "minItems": 1, "maxItems": 200, "items": {
                "type": "object", "required": ["role", "content"], "properties": {
                  "role": {"enum": ["user", "assistant", "system", "developer", "tool",
                    "function"]},
                  "content": {"anyOf": [{"$ref": "#/components/schemas/Text"}, {
                    "type": "array", "minItems": 1, "items": {
                      "type": "object", "required": ["type", "text"], "properties": {
                        "type": {"const": "text"},
                        "text": {"$ref": "#/components/schemas/Text"}}}}]}}}},
              "stream": {"type": ["boolean", "null"]},
              "stream_options": {"type": ["object", "null"], "properties": {
                "include_usage": {"type": ["boolean", "null"]}}},
              "stop": {"anyOf": [{"$ref": "#/components/schemas/Stop"}, {"type": "null"}, {
                "type": "array", "maxItems": 4, "items": {"$ref": "#/components/schemas/Stop"}}]},
              "tools": {"type": ["array", "null"], "items": {"type": "object"}},
              "tool_choice": {"enum": ["auto", "none", null]},
              "functions": {"type": ["array", "null"], "maxItems": 0},
              "function_call": {"enum": ["auto", "none", null]},
              "response_format": {"type": ["object", "null"], "required": ["type"],
                "properties": {"type": {"const": "text"}}},
              "logprobs": {"enum": [false, null]}, "top_logprobs": {"enum": [0, null]},
              "modalities": {"enum": [["text"], null]}, "audio": {"type": "null"},
              "prediction": {"type": "null"}, "web_search_options": {"type": "null"},
              "n": {"enum": [1, null]},
              "max_tokens": {"type": ["integer", "null"], "minimum": 1, "maximum": 1000000},
              "max_completion_tokens": {"type": ["integer", "null"], "minimum": 1, "maximum": 1000000}}},
          "Completion": {"type": "object", "required": ["id", "object", "created", "model",
            "choices", "usage"], "properties": {
              "id": {"type": "string"}, "object": {"const": "chat.completion"},
              "created": {"type": "integer"}, "model": {"type": "string"},
              "choices": {"type": "array", "minItems": 1, "maxItems": 1, "items": {
                "type": "object", "required": ["index", "message", "finish_reason"],
                "properties": {"index": {"type": "integer"}, "message": {"type": "object",
                  "required": ["role", "content"], "properties": {
                    "role": {"const": "assistant"}, "content": {"type": "string"}}},
                  "finish_reason": {"enum": ["stop", "length"]}}}},
              "usage": {"type": "object", "required": ["prompt_tokens", "completion_tokens",
                "total_tokens"]}}}
        }
        """#
}
