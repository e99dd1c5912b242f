/// Returns the candidate that the user most likely meant.
///
/// ```swift
/// nearMiss(for: "testpliot", among: ["testpilot", "vengeance-local"])  // "testpilot"
/// ```
///
/// It compares every candidate, so it is for short lists; ``NearMissIndex`` is for the pages of a
/// site.
///
/// - Returns: the closest candidate within a third of the word's length in edits (insertions,
///   deletions, substitutions and swaps of neighbours each count one), or nil. A word of more than
///   200 bytes is not considered a typing error.
public func nearMiss(for word: String, among candidates: some Sequence<String>) -> String? {
    guard word.utf8.count <= 200 else { return nil }
    let scalars = Array(word.unicodeScalars)
    var limit = max(1, scalars.count / 3)
    var best: (distance: Int, candidate: String)?
    for candidate in candidates {
        let other = Array(candidate.unicodeScalars)
        guard let distance = editDistance(scalars, other, limit: limit) else { continue }
        if let best, (best.distance, best.candidate) <= (distance, candidate) { continue }
        best = (distance, candidate)
        limit = distance
    }
    return best?.candidate
}

/// Returns "did you mean 'testpilot'?", or a list of all candidates, or nil when there are none.
public func suggestion(for word: String, among candidates: [String]) -> String? {
    if let near = nearMiss(for: word, among: candidates) { return "did you mean '\(near)'?" }
    guard !candidates.isEmpty else { return nil }
    let shown = candidates.sorted().prefix(12).map { "'\($0)'" }.joined(separator: ", ")
    return "there is \(shown)\(candidates.count > 12 ? " and \(candidates.count - 12) more" : "")"
}

/// - Returns: the number of edits between the two; nil when it exceeds `limit`. The cost is at most
///   the length times the limit.
private func editDistance(
    _ left: [Unicode.Scalar], _ right: [Unicode.Scalar], limit: Int
) -> Int? {
    guard abs(left.count - right.count) <= limit else { return nil }
    // A common prefix and suffix need no edits.
    let shorter = min(left.count, right.count)
    var start = 0
    while start < shorter, left[start] == right[start] { start += 1 }
    var end = 0
    while end < shorter - start, left[left.count - 1 - end] == right[right.count - 1 - end] {
        end += 1
    }
    return distance(
        Array(left[start..<left.count - end]), Array(right[start..<right.count - end]), limit: limit
    )
}

private func distance(
    _ left: [Unicode.Scalar], _ right: [Unicode.Scalar], limit: Int
) -> Int? {
    guard !left.isEmpty, !right.isEmpty else {
        let count = max(left.count, right.count)
        return count <= limit ? count : nil
    }
    let tooFar = limit + 1
    var beforePrevious: [Int] = []
    var previous = (0...right.count).map { min($0, tooFar) }
    for i in 1...left.count {
        var row = [Int](repeating: tooFar, count: right.count + 1)
        row[0] = min(i, tooFar)
        var nearest = row[0]
        // Cells farther from the diagonal need more edits than allowed.
        for j in stride(from: max(1, i - limit), through: min(right.count, i + limit), by: 1) {
            let cost = left[i - 1] == right[j - 1] ? 0 : 1
            var best = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + cost)
            if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
                best = min(best, beforePrevious[j - 2] + 1)
            }
            row[j] = min(best, tooFar)
            nearest = min(nearest, row[j])
        }
        beforePrevious = previous
        previous = row
        // A swap reaches back two rows.
        if nearest > limit, beforePrevious.allSatisfy({ $0 > limit }) { return nil }
    }
    return previous[right.count] <= limit ? previous[right.count] : nil
}
