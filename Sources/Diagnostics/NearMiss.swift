/// Finds the candidate a person most likely meant.
///
/// ```swift
/// nearMiss(for: "testpliot", among: ["testpilot", "vengeance-local"])  // "testpilot"
/// ```
///
/// - Returns: the closest candidate within a third of the word's length in edits (insertions,
///   deletions, substitutions and swaps of neighbours each count one), or nil.
public func nearMiss(for word: String, among candidates: some Sequence<String>) -> String? {
    let limit = max(1, word.count / 3)
    return
        candidates
        .map { (candidate: $0, distance: editDistance(Array(word), Array($0))) }
        .filter { $0.distance <= limit }
        .min { ($0.distance, $0.candidate) < ($1.distance, $1.candidate) }?
        .candidate
}

/// "did you mean 'testpilot'?", or the list of what there is, or nil when there is nothing.
public func suggestion(for word: String, among candidates: [String]) -> String? {
    if let near = nearMiss(for: word, among: candidates) { return "did you mean '\(near)'?" }
    guard !candidates.isEmpty else { return nil }
    let shown = candidates.sorted().prefix(12).map { "'\($0)'" }.joined(separator: ", ")
    return "there is \(shown)\(candidates.count > 12 ? " and \(candidates.count - 12) more" : "")"
}

private func editDistance(_ left: [Character], _ right: [Character]) -> Int {
    guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
    var beforePrevious: [Int] = []
    var previous = Array(0...right.count)
    for i in 1...left.count {
        var row = [i]
        for j in 1...right.count {
            let cost = left[i - 1] == right[j - 1] ? 0 : 1
            var best = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + cost)
            if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
                best = min(best, beforePrevious[j - 2] + 1)
            }
            row.append(best)
        }
        beforePrevious = previous
        previous = row
    }
    return previous[right.count]
}
