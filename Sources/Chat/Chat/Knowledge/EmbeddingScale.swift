/// How similar a question is, by a model, to pages that have nothing to do with it, and to one that
/// answers it.
struct EmbeddingScale: Hashable, Sendable {
    var low: Double
    var high: Double

    /// Until it was measured.
    static let usual = EmbeddingScale(low: 0.4, high: 0.8)

    /// How much of a question a passage is about, 0 to 1.
    func relevance(of similarity: Double) -> Double {
        min(1, max(0, (similarity - low) / (high - low)))
    }

    /// Questions that have nothing to do with most sites. How near the nearest passage is to each says
    /// what "near" means for a model; a few that some site is about do not change it.
    static let unrelated = [
        "What is the capital of Mongolia?", "Who won the football match yesterday?",
        "How do I bake sourdough bread?", "What is the boiling point of mercury?",
        "Can you write a poem about a cat?", "When did the Roman Empire fall?",
        "What is the weather like tomorrow?", "How tall is the Eiffel Tower?",
        "Who painted the Mona Lisa?", "What is the square root of 144?",
        "How do I change the oil of a car?", "Which planet is the largest?",
    ]

    /// - Parameters:
    ///   - unrelated: similarities of the nearest passage to each of such questions.
    ///   - related: of passages to what stands above them.
    /// - Returns: nil without any of the former.
    init?(unrelated: [Double], related: [Double]) {
        guard !unrelated.isEmpty else { return nil }
        let sorted = unrelated.sorted()
        low = sorted[sorted.count * 3 / 4]
        let near = related.isEmpty ? low + 0.4 : related.sorted()[related.count / 2]
        high = max(near, low + 0.1)
    }

    init(low: Double, high: Double) { (self.low, self.high) = (low, high) }
}
