/// Finds near misses among many candidates, such as the routes of a site, without comparing them all.
///
/// A typing error leaves the beginning of a word unchanged, or its end, or nearly all of both. So
/// only the word's neighbours are compared, once in the order of the candidates' bytes and once in
/// the order of their reversed bytes. The cost of a search does not grow with the number of
/// candidates.
public struct NearMissIndex: Sendable {
    /// The number of candidates compared on each side of the word's position, in each of the two
    /// orders.
    private static let reach = 24

    private let forwards: [String]
    private let backwards: [String]

    public init(_ candidates: some Sequence<String>) {
        forwards = candidates.sorted(by: Self.precedes)
        backwards = forwards.sorted(by: Self.precedesBackwards)
    }

    /// Returns the closest neighbour, by the measure of ``nearMiss(for:among:)``.
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
