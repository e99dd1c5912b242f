/// A positional argument without the type of its value.
public struct ArgumentDefinition: Sendable, Hashable {
    /// The name in help and errors, such as `PAGE`.
    public var placeholder: String
    public var kind: ValueKind
    public var help: String
    public var isRequired: Bool
    /// Whether it takes all remaining values; only the last argument can.
    public var isRepeatable: Bool
    /// The values that a shell asks the program for during completion.
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
    /// Converts the validated values of the command line, in order.
    let read: @Sendable ([String]) -> Value
}

extension Argument where Value == String {
    /// Makes an argument that is required; parsing fails without it.
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
    /// Makes an optional argument.
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
    /// Makes an argument of all remaining values, at least one when `isRequired`.
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
