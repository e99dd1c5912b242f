import System

@testable import Chat

/// An embedding model small enough to know: each word is a direction, and some words share one.
enum WordVectors {
    static let dimensions = 64
    private static let meanings = [
        ["car", "automobile", "vehicle"], ["cheap", "inexpensive", "bargain"],
        ["doctor", "physician", "surgeon"], ["zeppelin", "airship", "dirigible"],
    ]

    static func vector(of text: String) -> [Float] {
        var vector = [Float](repeating: 0.001, count: dimensions)
        for word in text.lowercased().split(whereSeparator: { !$0.isLetter }).map(String.init) {
            if let meaning = meanings.firstIndex(where: { $0.contains(word) }) {
                vector[meaning] += 1
            } else {
                let digest = SHA256Digest(hashing: word)
                vector[8 + Int(digest.prefix % UInt64(dimensions - 8))] += 0.1
            }
        }
        return vector
    }

    static let embedder = TextEmbedder(model: "words/64") { $0.map(vector) }
}
