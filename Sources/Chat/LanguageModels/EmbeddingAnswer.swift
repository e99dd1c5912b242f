import Core

/// Reads the vectors in a provider's response.
enum EmbeddingAnswer {
    /// - Returns: nil when the response has another form.
    static func read(_ body: [UInt8], from provider: ModelProvider) -> [[Float]]? {
        var scanner = JSONScanner(body)
        do {
            var vectors: [[Float]]?
            try scanner.beginObject()
            while let key = try scanner.nextKey() {
                if provider == .ollama, scanner.key(key, is: "embeddings") {
                    vectors = try scanner.vectors()
                } else if provider == .openAI, scanner.key(key, is: "data") {
                    vectors = try readData(&scanner)
                } else {
                    try scanner.skip()
                }
            }
            try scanner.end()
            return vectors
        } catch {
            return nil
        }
    }

    /// `[{"index":0,"embedding":[…]}, …]`, in any order.
    private static func readData(_ scanner: inout JSONScanner) throws -> [[Float]]? {
        var entries: [(index: Int, vector: [Float])] = []
        try scanner.beginArray()
        while try scanner.nextElement() {
            var index = entries.count
            var vector: [Float]?
            try scanner.beginObject()
            while let key = try scanner.nextKey() {
                if scanner.key(key, is: "index") {
                    index = try scanner.count()
                } else if scanner.key(key, is: "embedding") {
                    vector = try scanner.vector()
                } else {
                    try scanner.skip()
                }
            }
            guard let vector else { return nil }
            entries.append((index, vector))
        }
        entries.sort { $0.index < $1.index }
        return entries.map(\.index) == Array(0..<entries.count) ? entries.map(\.vector) : nil
    }
}

extension JSONScanner {
    fileprivate mutating func vector() throws(JSONFault) -> [Float] {
        var vector: [Float] = []
        try beginArray()
        while try nextElement() { vector.append(Float(try number())) }
        return vector
    }

    fileprivate mutating func vectors() throws(JSONFault) -> [[Float]] {
        var vectors: [[Float]] = []
        try beginArray()
        while try nextElement() { vectors.append(try vector()) }
        return vectors
    }
}
