import Core
import Foundation

/// JSON as Foundation reads it, to compare with.
struct FoundationJSON: Decodable {
    let value: JSONValue

    static func read(_ text: String) throws -> JSONValue {
        try JSONDecoder().decode(FoundationJSON.self, from: Data(text.utf8)).value
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            value = .null
        } else if let bool = try? container.decode(Bool.self) {
            value = .bool(bool)
        } else if let number = try? container.decode(Double.self) {
            value = .number(number)
        } else if let text = try? container.decode(String.self) {
            value = .string(text)
        } else if let elements = try? container.decode([FoundationJSON].self) {
            value = .array(elements.map(\.value))
        } else {
            value = .object(try container.decode([String: FoundationJSON].self).mapValues(\.value))
        }
    }
}
