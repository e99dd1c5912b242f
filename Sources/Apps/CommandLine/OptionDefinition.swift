/// An option without the type of its value.
public struct OptionDefinition: Sendable, Hashable {
    /// The name without the dashes.
    public var name: String
    /// The name of the value in help, such as `DIR`; nil for a flag, which has no value.
    public var placeholder: String?
    public var kind: ValueKind
    public var help: String
    /// The default value as help shows it.
    public var defaultText: String?
    public var isRepeatable = false
    public var isRequired = false
    /// The values that a shell asks the program for during completion.
    public var candidates: Candidates?

    var isFlag: Bool { placeholder == nil }

    /// `--node NODE`
    var spelling: String { placeholder.map { "--\(name) \($0)" } ?? "--\(name)" }
}

/// An option of any value type, as a command lists it.
public protocol CommandOption: Sendable {
    var definition: OptionDefinition { get }
}

extension OptionDefinition {
    static let help = OptionDefinition(
        name: "help", placeholder: nil, kind: .text, help: "show this help")
    static let version = OptionDefinition(
        name: "version", placeholder: nil, kind: .text, help: "show the version")
}
