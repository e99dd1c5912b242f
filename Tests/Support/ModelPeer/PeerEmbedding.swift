import Core

/// Vectors that texts with the same words share: each word adds one to a place that its hash names.
enum PeerEmbedding {
    /// `embed-64` has 64 dimensions; other names have those of `nomic-embed-text`.
    static func dimension(of model: String) -> Int {
        let last = model.prefix { $0 != ":" }.split(separator: "-").last
        return min(max(last.flatMap { Int($0) } ?? 768, 1), 4096)
    }

    /// `embed-most-3-8` never answers when it is given more than three texts.
    static func mostTexts(of model: String) -> Int {
        let words = model.split(separator: "-")
        return words.count == 4 && words[1] == "most" ? Int(words[2]) ?? .max : .max
    }

    /// The vector of a text, of length 1 unless the text has no word.
    static func vector(of text: String, dimension: Int) -> [Float] {
        var vector = [Float](repeating: 0, count: dimension)
        for word in text.lowercased().split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
            var hash: UInt64 = 0xcbf2_9ce4_8422_2325
            for byte in word.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            hash ^= hash >> 32
            vector[Int(hash % UInt64(dimension))] += hash >> 63 == 0 ? 1 : -1
        }
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return length > 0 ? vector.map { $0 / length } : vector
    }

    static func answer(to question: PeerQuestion, _ interface: PeerInterface) -> String {
        let dimension = dimension(of: question.model)
        let vectors = question.inputs.map { text in
            "["
                + vector(of: text, dimension: dimension).map { $0 == 0 ? "0" : "\($0)" }
                .joined(separator: ",") + "]"
        }
        let model = JSONValue.quote(question.model)
        guard interface == .openAI else {
            return #"{"model":\#(model),"embeddings":[\#(vectors.joined(separator: ","))]}"#
        }
        let data = vectors.enumerated().map {
            #"{"object":"embedding","index":\#($0.offset),"embedding":\#($0.element)}"#
        }
        return #"{"object":"list","model":\#(model),"data":[\#(data.joined(separator: ","))],"#
            + #""usage":{"prompt_tokens":1,"total_tokens":1}}"#
    }
}
