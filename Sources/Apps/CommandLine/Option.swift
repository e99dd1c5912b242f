/// An option and the type its value has in an ``Invocation``.
public struct Option<Value: Sendable>: CommandOption {
    public let definition: OptionDefinition
    /// Converts the validated values of the command line, in order.
    let read: @Sendable ([String]) -> Value
}

extension Option where Value == Bool {
    /// Makes a flag such as `--json`.
    public static func flag(_ name: String, help: String) -> Option {
        Option(
            definition: OptionDefinition(name: name, placeholder: nil, kind: .text, help: help),
            read: { !$0.isEmpty })
    }

    /// The flag `--json`, which makes a command print for programs; errors are then JSON as well.
    public static let json = Option.flag("json", help: "print JSON instead of text")
}

extension Option where Value == String? {
    /// Makes an option such as `--domain D`, nil when not given.
    public static func text(
        _ name: String, _ placeholder: String, kind: ValueKind = .text,
        candidates: Candidates? = nil, help: String
    ) -> Option {
        Option(
            definition: OptionDefinition(
                name: name, placeholder: placeholder, kind: kind, help: help,
                candidates: candidates),
            read: { $0.last })
    }
}

extension Option where Value == String {
    /// Makes an option such as `--output DIR`, with a default.
    public static func text(
        _ name: String, _ placeholder: String, kind: ValueKind = .text, default: String,
        candidates: Candidates? = nil, help: String
    ) -> Option {
        Option(
            definition: OptionDefinition(
                name: name, placeholder: placeholder, kind: kind, help: help,
                defaultText: `default`, candidates: candidates),
            read: { $0.last ?? `default` })
    }

    /// Makes an option such as `--node NODE` that is required; parsing fails without it.
    public static func required(
        _ name: String, _ placeholder: String, kind: ValueKind = .text,
        candidates: Candidates? = nil, help: String
    ) -> Option {
        Option(
            definition: OptionDefinition(
                name: name, placeholder: placeholder, kind: kind, help: help, isRequired: true,
                candidates: candidates),
            read: { $0.last ?? "" })
    }
}

extension Option where Value == [String] {
    /// Makes an option such as `--node a --node b`, empty when not given.
    public static func repeated(
        _ name: String, _ placeholder: String, kind: ValueKind = .text,
        candidates: Candidates? = nil, help: String
    ) -> Option {
        Option(
            definition: OptionDefinition(
                name: name, placeholder: placeholder, kind: kind, help: help, isRepeatable: true,
                candidates: candidates),
            read: { $0 })
    }
}

extension Option where Value == Int {
    /// Makes an option such as `--port PORT`, with a range and a default.
    public static func integer(
        _ name: String, _ placeholder: String, in range: ClosedRange<Int>, default: Int,
        help: String
    ) -> Option {
        Option(
            definition: OptionDefinition(
                name: name, placeholder: placeholder, kind: .integer(range), help: help,
                defaultText: String(`default`)),
            read: { $0.last.flatMap { Int($0) } ?? `default` })
    }
}

extension Option where Value == Int? {
    /// Makes an option such as `--limit N` with a range, nil when not given.
    public static func integer(
        _ name: String, _ placeholder: String, in range: ClosedRange<Int>,
        candidates: Candidates? = nil, help: String
    ) -> Option {
        Option(
            definition: OptionDefinition(
                name: name, placeholder: placeholder, kind: .integer(range), help: help,
                candidates: candidates),
            read: { $0.last.flatMap { Int($0) } })
    }
}

extension Option
where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// Makes an option such as `--format text|json` that is parsed to a case of an enumeration.
    public static func choice(
        _ name: String, _ placeholder: String, default: Value, help: String
    ) -> Option {
        Option(
            definition: OptionDefinition(
                name: name, placeholder: placeholder,
                kind: .choice(Value.allCases.map(\.rawValue)), help: help,
                defaultText: `default`.rawValue),
            read: { $0.last.flatMap { Value(rawValue: $0) } ?? `default` })
    }
}
