public import Core

/// Converts the two forms of `props_schema` to one.
public enum PropsSchema {
    /// Turns a bare map of property name → schema into a JSON Schema of an object.
    ///
    /// `{"greeting": {"type": "string", "default": "Hi"}}` becomes
    /// `{"type": "object", "properties": {"greeting": …}}`. A JSON Schema is returned unchanged.
    ///
    /// - Returns: nil when the schema has no requirements.
    public static func normalize(_ schema: JSONValue?) -> JSONValue? {
        guard let members = schema?.object, !members.isEmpty else { return nil }
        if isJSONSchema(members) {
            return .object(members)
        }
        var properties: [String: JSONValue] = [:]
        var required: [JSONValue] = []
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            switch value {
            case .string(let type): properties[name] = .object(["type": .string(type)])
            case .object(var inner):
                // In a bare map, each property may declare itself required.
                if case .bool(let isRequired)? = inner["required"] {
                    inner["required"] = nil
                    if isRequired { required.append(.string(name)) }
                }
                properties[name] = .object(inner)
            default: properties[name] = value
            }
        }
        var result: [String: JSONValue] = ["type": "object", "properties": .object(properties)]
        if !required.isEmpty { result["required"] = .array(required) }
        return .object(result)
    }

    private static func isJSONSchema(_ members: [String: JSONValue]) -> Bool {
        if members["type"]?.string != nil || members["type"]?.array != nil { return true }
        if members["$schema"]?.string != nil || members["$ref"]?.string != nil { return true }
        // As a schema keyword, `properties` maps names to schemas; as a property of that name it
        // would itself be a schema with a type.
        if let properties = members["properties"]?.object {
            return properties["type"]?.string == nil
        }
        return ["oneOf", "anyOf", "allOf", "required", "enum"].contains {
            members[$0]?.array != nil
        }
    }
}
