import Core

/// Makes vectors of texts, so that what means the same lies near each other.
///
/// Which texts are searched and which search matters to some models, who are told by a word in front.
struct TextEmbedder: Sendable {
    /// Names the model; vectors of different names are never compared.
    let model: String
    /// One vector a text, in their order, all of one length.
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

    /// The vectors of texts that are to be found.
    func documents(_ texts: [String]) async throws -> [Embedding] {
        try check(await embed(texts.map { documentPrefix + $0 }), count: texts.count)
    }

    /// The vector of a text that searches.
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
                    message: "the model '\(model)' gave a vector that cannot be used: "
                        + "\(vector.count) numbers; 1 to \(Embedding.limit) finite ones are wanted")
            }
            return Embedding(model: model, vector: vector)
        }
    }
}

/// A text as a vector.
struct Embedding: Hashable, Sendable {
    /// What pgvector keeps at most is 16,000; no model of today has more than this.
    static let limit = 8192

    let model: String
    let vector: [Float]

    init(model: String, vector: [Float]) {
        self.model = model
        self.vector = vector
    }

    /// `[0.1,0.2]`, as pgvector reads it.
    var text: String {
        var text = "["
        for (index, number) in vector.enumerated() {
            if index > 0 { text += "," }
            text += number.description
        }
        return text + "]"
    }
}
