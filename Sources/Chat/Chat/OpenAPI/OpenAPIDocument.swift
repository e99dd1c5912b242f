import Core
import HTTP

/// The description of the API in OpenAPI 3.1: `GET /api/openapi.json`.
///
/// There is an entry for each `Operation`, with the router's path and method; a test checks that
/// none is missing.
enum OpenAPIDocument {
    static let bytes = Array(document.text.utf8)

    static let document: JSONValue = .object([
        "openapi": "3.1.0",
        "info": [
            "title": "RobbieBlocks chat", "version": "1.0.0",
            "description": .string(description),
        ],
        "paths": paths,
        "components": [
            "schemas": OpenAPISchemas.all,
            "securitySchemes": [
                "administrator": ["type": "http", "scheme": "bearer"],
                "program": ["type": "http", "scheme": "bearer"],
            ],
        ],
    ])

    private static let description = """
        Answers visitors of a site from its published pages. The cookie robbieblocks_visitor, \
        which the first question or conversation sets, identifies a visitor. Requests that change \
        something are accepted from a browser only if a page of the site sent them. POST /api/chat \
        takes the field Idempotency-Key, and GET /api/messages/{id}/stream Last-Event-ID. The same \
        conversations are also available over a WebSocket at /ws.
        """

    private static var paths: JSONValue {
        var paths: [String: JSONValue] = [:]
        for operation in Operation.allCases {
            var methods = paths[operation.path]?.object ?? [:]
            methods[operation.method.rawValue.lowercased()] = entry(for: operation)
            paths[operation.path] = .object(methods)
        }
        return .object(paths)
    }

    private static func entry(for operation: Operation) -> JSONValue {
        let description = OperationDescription(operation)
        var entry: [String: JSONValue] = [
            "operationId": .string(operation.rawValue),
            "summary": .string(description.summary),
        ]
        var parameters = description.parameters
        if operation.path.containsUTF8("{id}") {
            parameters.append([
                "name": "id", "in": "path", "required": true,
                "schema": ["type": "string", "format": "uuid"],
            ])
        }
        if !parameters.isEmpty { entry["parameters"] = .array(parameters) }
        if let body = description.body {
            entry["requestBody"] = [
                "required": .bool(description.isBodyRequired),
                "content": .object(body.mapValues { ["schema": reference($0)] }),
            ]
        }
        if operation.isOpenAI { entry["security"] = [["program": []]] }
        if operation == .setPersonality { entry["security"] = [["administrator": []]] }
        var responses: [String: JSONValue] = [:]
        for (status, content) in description.answers {
            var response: [String: JSONValue] = ["description": .string(words(for: status))]
            if !content.isEmpty {
                response["content"] = .object(
                    content.mapValues { schema in
                        ["schema": schema.isEmpty ? [:] : reference(schema)]
                    })
            }
            responses[String(status)] = .object(response)
        }
        for status in description.faults {
            var error = reference(operation.isOpenAI ? "OpenAIError" : "Error")
            // The server returns these before the request is routed to one of the APIs.
            if operation.isOpenAI, [400, 405, 408, 413, 431, 503].contains(status) {
                error = ["anyOf": [error, reference("Error")]]
            }
            var content: [String: JSONValue] = ["application/json": ["schema": error]]
            // A form is answered with a page, even in case of an error.
            if operation == .chat { content["text/html"] = ["schema": [:]] }
            responses[String(status)] = [
                "description": .string(words(for: status)), "content": .object(content),
            ]
        }
        entry["responses"] = .object(responses)
        return .object(entry)
    }

    private static func reference(_ schema: String) -> JSONValue {
        ["$ref": .string("#/components/schemas/" + schema)]
    }

    private static func words(for status: Int) -> String {
        switch status {
        case 200: "Success."
        case 201: "Created."
        case 204: "Deleted."
        case 400: "The request is malformed."
        case 401: "The token, or the key, is not valid."
        case 403: "The request comes from a page of another site."
        case 404: "Not found, or it belongs to another visitor."
        case 405: "The method is not allowed at this address."
        case 408: "The request took too long to arrive."
        case 409: "The request conflicts with the current state."
        case 413: "The body is too large."
        case 415: "The type of the body is not supported."
        case 422: "A value is invalid; the error names it."
        case 429: "Too many requests; Retry-After says when to try again."
        case 431: "The fields of the request are too large."
        default: "The server is not available at the moment."
        }
    }
}
