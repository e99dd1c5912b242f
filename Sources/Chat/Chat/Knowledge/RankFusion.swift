/// Reciprocal rank fusion: merges rankings whose scores cannot be compared.
///
/// An element at rank p of a list gets 1 / (60 + p). An element near the top of both lists comes
/// before the first element of only one. Cormack, Clarke and Büttcher (SIGIR 2009) found that sixty
/// works on every collection they tried.
enum RankFusion {
    static let smoothing = 60.0

    /// - Returns: every element of the lists once, best first; equal scores keep the order of
    ///   occurrence.
    static func fuse<Element: Hashable>(_ lists: [[Element]]) -> [(element: Element, score: Double)]
    {
        var scores: [Element: Double] = [:]
        var order: [Element] = []
        for list in lists {
            for (place, element) in list.enumerated() {
                if scores[element] == nil { order.append(element) }
                scores[element, default: 0] += 1 / (smoothing + Double(place + 1))
            }
        }
        return order.enumerated().sorted { left, right in
            let (first, second) = (scores[left.element] ?? 0, scores[right.element] ?? 0)
            return first == second ? left.offset < right.offset : first > second
        }.map { ($0.element, scores[$0.element] ?? 0) }
    }
}
