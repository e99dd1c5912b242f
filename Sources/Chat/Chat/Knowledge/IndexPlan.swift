/// What makes the index of a node agree with what is live.
struct IndexPlan: Hashable, Sendable {
    /// Pages to be read, sorted by path.
    var read: [LivePage] = []
    /// Paths whose rows are to go, sorted.
    var remove: [String] = []

    /// - Parameter known: what the index holds, by path.
    init(live: [String: LivePage], known: [String: KnownPage]) {
        read = live.values.filter { page in
            guard let known = known[page.path] else { return true }
            return known.bytes != page.bytes || known.modified != page.modified
        }.sorted { $0.path < $1.path }
        remove = known.keys.filter { live[$0] == nil }.sorted()
    }

    var isEmpty: Bool { read.isEmpty && remove.isEmpty }
}

/// What the index says that a page's file was when it was read.
struct KnownPage: Hashable, Sendable {
    var bytes: Int
    var modified: Int
}
