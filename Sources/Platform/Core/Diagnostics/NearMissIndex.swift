/// Finds near misses among many candidates, such as the routes of a site, without comparing them all.
///
/// A slip of the pen leaves the beginning of a word as it was, or its end, or nearly all of both. So
/// only the neighbours of the word are compared, in the order of the candidates' bytes and in that of
/// their bytes read backwards: what one search costs does not grow with the number of candidates.
public struct NearMissIndex: Sendable {
    /// Candidates that are compared to each side of the word's place, in each of the two orders.
    private static let reach = 24

    private let forwards: [String]
    private let backwards: [String]

    public init(_ candidates: some Sequence<String>) {
        forwards = candidates.sorted(by: Self.precedes)
        backwards = forwards.sorted(by: Self.precedesBackwards)
    }

    /// The closest of the neighbours, as ``nearMiss(for:among:)`` judges.
    public func nearest(to word: String) -> String? {
        guard word.utf8.count <= 200 else { return nil }
        return nearMiss(
            for: word,
            among: Self.neighbours(of: word, in: forwards, by: Self.precedes)
                + Self.neighbours(of: word, in: backwards, by: Self.precedesBackwards))
    }

    private static func neighbours(
        of word: String, in sorted: [String], by precedes: (String, String) -> Bool
    ) -> ArraySlice<String> {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if precedes(sorted[middle], word) { low = middle + 1 } else { high = middle }
        }
        return sorted[max(0, low - reach)..<min(sorted.count, low + reach)]
    }

    private static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    private static func precedesBackwards(_ left: String, _ right: String) -> Bool {
        left.utf8.reversed().lexicographicallyPrecedes(right.utf8.reversed())
    }
}
