import Core

/// A key of a row's `metadata` that has a meaning, and the values that it takes.
///
/// All other keys are the admin's own. `null` says the same as no key.
struct MetadataKey: Sendable {
    var name: String
    /// What values there are, as the hint of a fault.
    var hint: String
    /// What is wrong with a value, as the end of a sentence about it; nil when nothing is.
    var fault: @Sendable (JSONValue) -> String?

    /// - Parameter isValid: whether the key takes a value, which the fault then shows.
    init(_ name: String, hint: String, isValid: @escaping @Sendable (JSONValue) -> Bool) {
        self.init(name, hint: hint) { isValid($0) ? nil : "is \(Self.shortened($0.text))" }
    }

    init(_ name: String, hint: String, fault: @escaping @Sendable (JSONValue) -> String?) {
        self.name = name
        self.hint = hint
        self.fault = fault
    }

    /// One for each of `keys` whose value in `metadata` means nothing.
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

    /// Whether `metadata` gives the key a value that means nothing.
    func isFaulty(in metadata: JSONValue) -> Bool {
        metadata[name].map { $0 != .null && fault($0) != nil } ?? false
    }

    private static func shortened(_ text: String) -> String {
        let scalars = text.unicodeScalars
        return scalars.count <= 80 ? text : String(scalars.prefix(80)) + "…"
    }
}
