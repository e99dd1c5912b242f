import Core

/// The kind of value of an option or an argument. Parsing validates it and completions offer it.
public enum ValueKind: Sendable, Hashable {
    case text
    /// Letters, digits, `-`, `_` and `.`: a valid name of a folder.
    case name
    case integer(ClosedRange<Int>)
    case choice([String])
    case file
    case directory
}

extension ValueKind {
    /// Returns why `value` is not of this kind, as the end of a sentence and a hint; nil when it
    /// is.
    func fault(in value: String) -> (reason: String, hint: String?)? {
        switch self {
        case .integer(let range):
            guard let number = Int(value) else {
                return ("takes a whole number, not '\(value)'", nil)
            }
            guard range.contains(number) else {
                return ("takes a number \(Self.words(for: range)), not \(number)", nil)
            }
            return nil
        case .choice(let choices):
            guard !choices.contains(value) else { return nil }
            return (
                "takes \(Self.list(choices)), not '\(value)'",
                nearMiss(for: value, among: choices).map { "did you mean '\($0)'?" }
            )
        case .name:
            guard !value.isPlainName else { return nil }
            return (
                "takes a name, not '\(value)'",
                "a name has letters, digits, '-', '_' and '.', and begins with a letter or digit"
            )
        case .text, .file, .directory:
            return value.isEmpty ? ("needs a value that is not empty", nil) : nil
        }
    }

    /// The text that help adds to the description: the range or the choices.
    var note: String? {
        switch self {
        case .integer(let range): Self.words(for: range)
        case .choice(let choices): Self.list(choices)
        case .text, .name, .file, .directory: nil
        }
    }

    private static func words(for range: ClosedRange<Int>) -> String {
        range.upperBound == .max
            ? "from \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
    }

    private static func list(_ choices: [String]) -> String {
        guard let last = choices.last, choices.count > 1 else { return choices.joined() }
        return choices.dropLast().joined(separator: ", ") + " or " + last
    }
}
