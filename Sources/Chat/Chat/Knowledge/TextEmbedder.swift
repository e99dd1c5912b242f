import Core

/// Turns texts into vectors, such that texts of similar meaning have similar vectors.
///
/// Some models distinguish documents from queries by a prefix.
struct TextEmbedder: Sendable {
    /// Name of the model; vectors of different models are never compared.
    let model: String
    /// Returns one vector per text, in order, all of the same length.
    let embed: @Sendable ([String]) async throws -> [[Float]]
    private let documentPrefix: String
    private let questionPrefix: String

    init(
        model: String, embed: @escaping @Sendable ([String]) async throws -> [[Float]]
    ) {
        self.model = model
        self.embed = embed
        let isNomic = model.containsUTF8("nomic-embed-text")
        documentPrefix = isNomic ? "search_document: " : ""
        questionPrefix = isNomic ? "search_query: " : ""
    }

    /// Returns the vectors of texts to be found.
    func documents(_ texts: [String]) async throws -> [Embedding] {
        try check(await embed(texts.map { documentPrefix + $0 }), count: texts.count)
    }

    /// Returns the vector of a search text.
    func question(_ text: String) async throws -> Embedding {
        try check(await embed([questionPrefix + text]), count: 1)[0]
    }

    private func check(_ vectors: [[Float]], count: Int) throws -> [Embedding] {
        guard vectors.count == count else {
            throw EmbeddingFault(
                message: "the model '\(model)' gave \(vectors.count) vectors for \(count) texts")
        }
        return try vectors.map { vector in
            guard vector.count == vectors[0].count, (1...Embedding.limit).contains(vector.count),
                vector.allSatisfy(\.isFinite), vector.contains(where: { $0 != 0 })
            else {
                throw EmbeddingFault(
                    message: "the model '\(model)' returned an unusable vector: "
                        + "\(vector.count) numbers; 1 to \(Embedding.limit) finite ones are expected"
                )
            }
            return Embedding(model: model, vector: vector)
        }
    }
}

/// The vector of a text.
struct Embedding: Hashable, Sendable {
    /// Maximum dimensions. pgvector stores up to 16,000; no current model has more than this.
    static let limit = 8192

    let model: String
    let vector: [Float]

    init(model: String, vector: [Float]) {
        self.model = model
        self.vector = vector
    }

    /// `[0.1,0.2]`, the input format of pgvector.
    var text: String {
        var text = "["
        for (index, number) in vector.enumerated() {
            if index > 0 { text += "," }
            text += number.description
        }
        return text + "]"
    }
}
