import Core

extension ModelEndpoint {
    /// Parts of the names of models whose usual chat templates end with `<think>`, so that their answers
    /// begin in the middle of a thought. A name that only looks like one of them costs little: its first
    /// answer is shown as a whole instead of word by word.
    private static let families = ["r1", "qwq", "qwen3", "think", "reason", "exaone-deep"]

    /// How the model's answers begin.
    ///
    /// - Parameter known: what its earlier answers told.
    func beginning(known: Bool?) -> ThoughtFilter.Beginning {
        if let beginsWithThoughts { return beginsWithThoughts ? .thoughts : .answer }
        // Anthropic's interface has thoughts in blocks of their own.
        guard provider != .anthropic else { return .answer }
        return known ?? isOfThinkingFamily ? .unknown : .answer
    }

    private var isOfThinkingFamily: Bool {
        let name = model.lowercased()
        let words = name.unicodeScalars.split(whereSeparator: { !Self.isOfWord($0) }).map {
            String($0)
        }
        return Self.families.contains { family in
            // "r1" is a word of its own: "mirror1" is none.
            family.utf8.count > 2
                ? name.containsUTF8(family)
                : words.contains { $0.isUTF8Equal(to: family) }
        }
    }

    private static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
        "a"..."z" ~= scalar || "0"..."9" ~= scalar
    }
}
