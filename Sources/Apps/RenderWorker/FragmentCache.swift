/// A cache of blocks' HTML, by all inputs of the HTML, limited in bytes.
///
/// A header or a footer on every page is rendered once or twice. A fragment is kept when it is
/// requested for the second time in one batch of pages, because most fragments belong to one page
/// and would displace the few that all pages share. Single requests are forgotten between batches,
/// so that repeatedly edited pages do not fill the cache. When the limit is reached everything is
/// dropped, which is simpler than tracking use and works as well with so few fragments.
struct FragmentCache {
    /// The key is compared in full, but hashed in one piece, because an array hashes byte by byte.
    private struct Key: Hashable {
        var bytes: [UInt8]

        func hash(into hasher: inout Hasher) {
            unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        }
    }

    private var fragments: [Key: [UInt8]] = [:]
    /// The hashes of keys requested in this batch.
    private var seen: Set<Int> = []
    private var size = 0
    private let limit: Int

    /// - Parameter limit: the most bytes of keys and fragments together.
    init(limit: Int) { self.limit = limit }

    mutating func beginBatch() { seen.removeAll(keepingCapacity: true) }

    /// Whether the fragment of `key` is not kept and is requested for the first time in this batch;
    /// records the request.
    mutating func isNew(_ key: [UInt8]) -> Bool {
        let key = Key(bytes: key)
        return fragments[key] == nil && seen.insert(key.hashValue).inserted
    }

    /// Returns the fragment of `key`, if it is kept.
    func fragment(for key: [UInt8]) -> [UInt8]? { fragments[Key(bytes: key)] }

    /// Keeps a fragment that was requested before in this batch; otherwise records the request.
    mutating func keep(_ fragment: [UInt8], for key: [UInt8]) {
        let key = Key(bytes: key)
        guard !seen.insert(key.hashValue).inserted else { return }
        let added = fragment.count + key.bytes.count
        guard added <= limit / 4 else { return }
        if size + added > limit {
            fragments.removeAll(keepingCapacity: true)
            size = 0
        }
        fragments[key] = fragment
        size += added
    }
}
