/// The lists of shared inputs that pages have, each once, and how many pages have it.
///
/// Pages of one kind read the same, so there are few, whatever the size of the site.
struct InputLists {
    private var counts: [[String]: Int] = [:]
    /// Whether a list has come or gone since this was last set to false.
    var areOthers = false

    /// Counts one page more.
    ///
    /// - Returns: the list, shared with the other pages that have it.
    mutating func add(_ list: [String]) -> [String] {
        if let index = counts.index(forKey: list) {
            counts.values[index] += 1
            return counts.keys[index]
        }
        counts[list] = 1
        areOthers = true
        return list
    }

    /// Counts one page less.
    mutating func remove(_ list: [String]) {
        guard let index = counts.index(forKey: list) else { return }
        counts.values[index] -= 1
        guard counts.values[index] == 0 else { return }
        counts.remove(at: index)
        areOthers = true
    }

    /// Every list that a page has which is not among those with the lists `left`.
    func all(without left: [[String]]) -> [[String]] {
        var counts = counts
        for list in left { counts[list, default: 0] -= 1 }
        return counts.filter { $0.value > 0 }.map(\.key)
    }
}
