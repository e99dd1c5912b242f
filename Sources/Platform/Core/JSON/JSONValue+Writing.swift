extension JSONValue {
    /// The JSON text, with sorted keys and nothing that depends on the machine.
    public var text: String {
        var json = JSONBytes()
        json.value(self)
        return json.text
    }

    /// Returns a JSON string literal.
    public static func quote(_ text: String) -> String {
        var json = JSONBytes(capacity: text.utf8.count + 2)
        json.string(text)
        return json.text
    }
}

extension JSONBytes {
    /// Writes a value, with sorted keys.
    public mutating func value(_ value: JSONValue) {
        switch value {
        case .null: raw("null")
        case .bool(let value): raw(value ? "true" : "false")
        case .number(let value): number(value)
        case .string(let text): string(text)
        case .array(let elements): array(elements) { $0.value($1) }
        case .object(let members):
            object {
                for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                    $0.name(name)
                    $0.value(value)
                }
            }
        }
    }
}
