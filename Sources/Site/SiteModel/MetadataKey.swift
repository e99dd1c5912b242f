import Core

/// A key of a row's `metadata` that the program reads, and its valid values.
///
/// All other keys are the admin's own. `null` is the same as a missing key.
struct MetadataKey: Sendable {
    var name: String
    /// The valid values, as the hint of an error.
    var hint: String
    /// Returns the error of a value as the end of a sentence about it; nil when it is valid.
    var fault: @Sendable (JSONValue) -> String?

    /// - Parameter isValid: whether the value is valid; the error shows an invalid value.
    init(_ name: String, hint: String, isValid: @escaping @Sendable (JSONValue) -> Bool) {
        self.init(name, hint: hint) { isValid($0) ? nil : "is \(Self.shortened($0.text))" }
    }

    init(_ name: String, hint: String, fault: @escaping @Sendable (JSONValue) -> String?) {
        self.name = name
        self.hint = hint
        self.fault = fault
    }

    /// Returns one error for each of `keys` whose value in `metadata` is invalid.
    static func faults(
        in metadata: JSONValue, keys: [MetadataKey], at location: Diagnostic.Location
    ) -> [Diagnostic] {
        keys.compactMap { key in
            guard let value = metadata[key.name], value != .null, let fault = key.fault(value)
            else { return nil }
            return Diagnostic(
                .badMetadata, "metadata.\(key.name) \(fault)", at: location, hint: key.hint)
        }
    }

    /// Whether `metadata` has an invalid value for the key.
    func isFaulty(in metadata: JSONValue) -> Bool {
        metadata[name].map { $0 != .null && fault($0) != nil } ?? false
    }

    private static func shortened(_ text: String) -> String {
        let scalars = text.unicodeScalars
        return scalars.count <= 80 ? text : String(scalars.prefix(80)) + "…"
    }
}
