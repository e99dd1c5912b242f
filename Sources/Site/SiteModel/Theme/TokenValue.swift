import Core

/// A token's value, parsed as CSS parses it: it cannot leave its declaration and loads nothing.
///
/// The stylesheet writes values unchanged, so this type is the only check between a database row
/// and the stylesheet. It works as an allow list: it accepts what values need and refuses
/// everything else.
struct TokenValue: Hashable {
    /// The longest value, in bytes of UTF-8.
    static let byteLimit = 500

    /// The value without spaces around it.
    let text: String
    /// The custom properties that it reads with `var(--name)`, in order.
    let references: [String]
}

extension TokenValue {
    /// Parses `text`.
    ///
    /// - Throws: ``Fault``, with the sentence shown to an admin.
    init(parsing text: String) throws(Fault) {
        let trimmed = String(text.trimmingSpaces())
        guard !trimmed.isEmpty else { throw Fault("the value is empty") }
        guard trimmed.utf8.count <= Self.byteLimit else {
            throw Fault("the value is longer than \(Self.byteLimit) bytes")
        }
        let lowercased = trimmed.lowercased()
        guard !lowercased.containsUTF8("javascript:") else {
            throw Fault("'javascript:' is not allowed in a value")
        }
        guard !Self.wideKeywords.contains(lowercased) else {
            throw Fault("'\(trimmed)' would remove the token; write a value")
        }
        var scanner = TokenValueScanner(trimmed)
        try scanner.scan()
        self.text = trimmed
        self.references = scanner.references
    }

    /// Why a value was refused.
    struct Fault: Error, Hashable {
        let reason: String
        var hint: String?

        init(_ reason: String, hint: String? = nil) {
            self.reason = reason
            self.hint = hint
        }
    }

    /// Keywords that unset a custom property instead of giving it a value.
    private static let wideKeywords: Set<String> = [
        "initial", "inherit", "unset", "revert", "revert-layer",
    ]

    /// Functions that compute a value; none of them loads, reads the document or runs anything.
    static let functions: Set<String> = [
        "rgb", "rgba", "hsl", "hsla", "hwb", "lab", "lch", "oklab", "oklch", "color", "color-mix",
        "light-dark", "calc", "min", "max", "clamp", "round", "mod", "rem", "abs", "sign", "sin",
        "cos", "tan", "env", "pow", "sqrt", "hypot", "log", "exp", "var", "cubic-bezier", "steps",
        "linear",
        "linear-gradient", "radial-gradient", "conic-gradient", "repeating-linear-gradient",
        "repeating-radial-gradient", "repeating-conic-gradient", "minmax", "repeat", "fit-content",
        "translate", "translatex", "translatey", "scale", "rotate", "skew", "blur", "brightness",
        "contrast", "drop-shadow", "grayscale", "hue-rotate", "invert", "opacity", "saturate",
        "sepia",
    ]
}

extension StringProtocol where UTF8View: BidirectionalCollection {
    /// Returns the text without the spaces at both ends.
    func trimmingSpaces() -> Substring {
        Substring(trimmingUTF8(" "))
    }
}
