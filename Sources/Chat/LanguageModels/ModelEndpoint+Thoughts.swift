import Core

extension ModelEndpoint {
    /// Parts of the names of models whose usual chat templates end with `<think>`, so that their
    /// answers begin in the middle of a thought. A false match costs little: the model's first
    /// answer is shown at once instead of word by word.
    private static let families = ["r1", "qwq", "qwen3", "think", "reason", "exaone-deep"]

    /// Returns how the model's answers begin.
    ///
    /// - Parameter known: what its earlier answers showed.
    func beginning(known: Bool?) -> ThoughtFilter.Beginning {
        if let beginsWithThoughts { return beginsWithThoughts ? .thoughts : .answer }
        // Anthropic's API sends thoughts in separate blocks.
        guard provider != .anthropic else { return .answer }
        return known ?? isOfThinkingFamily ? .unknown : .answer
    }

    private var isOfThinkingFamily: Bool {
        let name = model.lowercased()
        let words = name.unicodeScalars.split(whereSeparator: { !Self.isOfWord($0) }).map {
            String($0)
        }
        return Self.families.contains { family in
            // "r1" must be a whole word: "mirror1" does not match.
            family.utf8.count > 2
                ? name.containsUTF8(family)
                : words.contains { $0.isUTF8Equal(to: family) }
        }
    }

    private static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
        "a"..."z" ~= scalar || "0"..."9" ~= scalar
    }
}
