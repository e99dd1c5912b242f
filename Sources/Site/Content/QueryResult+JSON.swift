import Core
import PostgreSQL
import SiteModel

/// Reads JSON columns, with a diagnostic that names the row when a value is unreadable.
extension QueryResult.Row {
    /// Returns the props schema of a component, or why it cannot be used. Pages without the
    /// component do not depend on it.
    func schema(
        _ column: Int, of component: String
    ) throws -> Result<JSONValue?, Diagnostic> {
        guard let json = try optional(column, as: JSONText.self) else { return .success(nil) }
        let location = Diagnostic.Location(component: component, field: "props_schema")
        let count = json.text.utf8.count
        guard count <= ContentStore.jsonLimit else {
            return .failure(
                Diagnostic(
                    .contentTooLarge,
                    "the schema has \(count) bytes; \(ContentStore.jsonLimit) is the limit",
                    at: location))
        }
        do {
            return .success(try JSONValue(parsing: json.text))
        } catch {
            return .failure(
                Diagnostic(
                    .badPropsSchema, "the JSON cannot be parsed", at: location,
                    hint: Self.unreadableHint))
        }
    }

    private static var unreadableHint: String {
        "look for a number that is too large, or for very deep nesting"
    }

    /// - Throws: a diagnostic that names the row; the database accepts numbers that no program can
    ///   read.
    func json(
        _ column: Int, at location: Diagnostic.Location
    ) throws -> JSONValue? {
        guard let json = try optional(column, as: JSONText.self) else { return nil }
        do {
            return try JSONValue(parsing: json.text)
        } catch {
            throw Diagnostic(
                .badMetadata, "the JSON cannot be parsed", at: location,
                hint: Self.unreadableHint)
        }
    }

    func object(
        _ column: Int, at location: Diagnostic.Location
    ) throws -> [String: JSONValue] {
        guard let value = try json(column, at: location), value != .null else { return [:] }
        guard let members = value.object else {
            throw Diagnostic(.badMetadata, "the value is not a JSON object", at: location)
        }
        return members
    }
}
