import Core

/// A compressed form in which files may also be stored.
enum ContentCoding: String, Hashable, Sendable, CaseIterable {
    case brotli = "br"
    case gzip

    /// The suffix of the compressed file's name.
    var suffix: String {
        switch self {
        case .brotli: ".br"
        case .gzip: ".gz"
        }
    }

    /// Returns the codings that a client prefers to plain bytes, the best first; at equal weight
    /// the smaller one first.
    ///
    /// - Parameter field: the value of `accept-encoding`, such as `gzip;q=0.8, br`.
    static func preferred(by field: String?) -> [ContentCoding] {
        guard let field else { return [] }
        var weights: [String: Int] = [:]
        for item in field.splitUTF8(separator: ",") {
            let parts = item.splitUTF8(separator: ";").map { $0.trimmingUTF8().lowercased() }
            guard let name = parts.first, !name.isEmpty else { continue }
            let quality = parts.dropFirst().lazy.compactMap { $0.droppingUTF8Prefix("q=") }.first
            weights[name] = quality.map(thousandths) ?? 1000
        }
        let plain = weights["identity"] ?? 0
        return allCases.enumerated()
            .map { (coding: $1, order: $0, weight: weights[$1.rawValue] ?? weights["*"] ?? 0) }
            .filter { $0.weight > 0 && $0.weight >= plain }
            .sorted { ($1.weight, $0.order) < ($0.weight, $1.order) }
            .map(\.coding)
    }

    /// Returns `0.85` as 850; an invalid weight counts as 0.
    private static func thousandths(_ text: Substring) -> Int {
        let parts = text.splitUTF8(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = Int(parts[0]), (0...1).contains(whole) else { return 0 }
        let digits = parts.count > 1 ? String(parts[1]) : ""
        guard digits.utf8.count <= 3, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return 0
        }
        let part = Int(digits.padded(to: 3)) ?? 0
        return min(1000, whole * 1000 + part)
    }
}

extension String {
    /// Returns the text padded with zeros at the end.
    fileprivate func padded(to length: Int) -> String {
        self + String(repeating: "0", count: Swift.max(0, length - count))
    }
}
