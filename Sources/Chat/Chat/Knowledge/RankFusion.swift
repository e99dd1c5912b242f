/// Reciprocal rank fusion: one order made of several, whose scores cannot be compared.
///
/// What stands at place p of a list gets 1 / (60 + p). Who stands high in both lists stands before
/// who stands highest in one. Sixty is what Cormack, Clarke and Büttcher (SIGIR 2009) found to work
/// on every collection they tried.
enum RankFusion {
    static let smoothing = 60.0

    /// - Returns: every element of the lists once, best first; of equal scores, the one that came first.
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
