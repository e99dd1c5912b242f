/// What is known of a positional argument without the type of its value.
public struct ArgumentDefinition: Sendable, Hashable {
    /// How help and errors name it, such as `PAGE`.
    public var placeholder: String
    public var kind: ValueKind
    public var help: String
    public var isRequired: Bool
    /// Takes all that is left; only the last argument can.
    public var isRepeatable: Bool
    /// What a shell asks the program for to complete the value.
    public var candidates: Candidates?

    /// `PAGE`, `[PAGE]` or `PAGE...`
    var spelling: String {
        let name = isRepeatable ? placeholder + "..." : placeholder
        return isRequired ? name : "[\(name)]"
    }
}

/// A positional argument of any value type, as a command lists it.
public protocol CommandArgument: Sendable {
    var definition: ArgumentDefinition { get }
}

/// A positional argument and the type its value has in an ``Invocation``.
public struct Argument<Value: Sendable>: CommandArgument {
    public let definition: ArgumentDefinition
    /// From the values on the command line, checked already, in order.
    let read: @Sendable ([String]) -> Value
}

extension Argument where Value == String {
    /// One that a call must have; without it parsing fails.
    public static func required(
        _ placeholder: String, kind: ValueKind = .text, candidates: Candidates? = nil, help: String
    ) -> Argument {
        Argument(
            definition: ArgumentDefinition(
                placeholder: placeholder, kind: kind, help: help, isRequired: true,
                isRepeatable: false, candidates: candidates),
            read: { $0.first ?? "" })
    }
}

extension Argument where Value == String? {
    /// One that may be left out.
    public static func optional(
        _ placeholder: String, kind: ValueKind = .text, candidates: Candidates? = nil, help: String
    ) -> Argument {
        Argument(
            definition: ArgumentDefinition(
                placeholder: placeholder, kind: kind, help: help, isRequired: false,
                isRepeatable: false, candidates: candidates),
            read: { $0.first })
    }
}

extension Argument where Value == [String] {
    /// All that is left, at least one when `isRequired`.
    public static func repeated(
        _ placeholder: String, kind: ValueKind = .text, isRequired: Bool = false, help: String
    ) -> Argument {
        Argument(
            definition: ArgumentDefinition(
                placeholder: placeholder, kind: kind, help: help, isRequired: isRequired,
                isRepeatable: true),
            read: { $0 })
    }
}
