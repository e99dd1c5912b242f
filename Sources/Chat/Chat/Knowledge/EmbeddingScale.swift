/// The range of a model's similarities: from that of a question to unrelated pages, up to that of a
/// question to the page that answers it.
struct EmbeddingScale: Hashable, Sendable {
    var low: Double
    var high: Double

    /// Used until the scale has been measured.
    static let usual = EmbeddingScale(low: 0.4, high: 0.8)

    /// Converts a similarity to a relevance from 0 to 1.
    func relevance(of similarity: Double) -> Double {
        min(1, max(0, (similarity - low) / (high - low)))
    }

    /// Questions that are unrelated to most sites. The similarity of the nearest passage to each
    /// shows where "unrelated" lies for a model; a few questions that a site does cover do not
    /// change the result.
    static let unrelated = [
        "What is the capital of Mongolia?", "Who won the football match yesterday?",
        "How do I bake sourdough bread?", "What is the boiling point of mercury?",
        "Can you write a poem about a cat?", "When did the Roman Empire fall?",
        "What is the weather like tomorrow?", "How tall is the Eiffel Tower?",
        "Who painted the Mona Lisa?", "What is the square root of 144?",
        "How do I change the oil of a car?", "Which planet is the largest?",
    ]

    /// - Parameters:
    ///   - unrelated: for each unrelated question, the similarity of its nearest passage.
    ///   - related: similarities between passages and the headings above them.
    /// - Returns: nil when `unrelated` is empty.
    init?(unrelated: [Double], related: [Double]) {
        guard !unrelated.isEmpty else { return nil }
        let sorted = unrelated.sorted()
        low = sorted[sorted.count * 3 / 4]
        let near = related.isEmpty ? low + 0.4 : related.sorted()[related.count / 2]
        high = max(near, low + 0.1)
    }

    init(low: Double, high: Double) { (self.low, self.high) = (low, high) }
}
