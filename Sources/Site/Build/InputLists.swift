/// The distinct lists of shared inputs of pages, with the number of pages that have each list.
///
/// Pages of one kind read the same inputs, so there are few lists, whatever the size of the site.
struct InputLists {
    private var counts: [[String]: Int] = [:]
    /// Whether a list was added or removed since this was last set to false.
    var areOthers = false

    /// Adds one page to the count of a list.
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

    /// Removes one page from the count of a list.
    mutating func remove(_ list: [String]) {
        guard let index = counts.index(forKey: list) else { return }
        counts.values[index] -= 1
        guard counts.values[index] == 0 else { return }
        counts.remove(at: index)
        areOthers = true
    }

    /// Returns every list of a page that is not among those with the lists `left`.
    func all(without left: [[String]]) -> [[String]] {
        var counts = counts
        for list in left { counts[list, default: 0] -= 1 }
        return counts.filter { $0.value > 0 }.map(\.key)
    }
}
