/// The changes that bring a node's index in line with its live pages.
struct IndexPlan: Hashable, Sendable {
    /// Pages to read, sorted by path.
    var read: [LivePage] = []
    /// Paths whose rows to delete, sorted.
    var remove: [String] = []

    /// - Parameter known: the pages in the index, by path.
    init(live: [String: LivePage], known: [String: KnownPage]) {
        read = live.values.filter { page in
            guard let known = known[page.path] else { return true }
            return known.bytes != page.bytes || known.modified != page.modified
        }.sorted { $0.path < $1.path }
        remove = known.keys.filter { live[$0] == nil }.sorted()
    }

    var isEmpty: Bool { read.isEmpty && remove.isEmpty }
}

/// The size and modification time of a page's file when it was indexed.
struct KnownPage: Hashable, Sendable {
    var bytes: Int
    var modified: Int
}
