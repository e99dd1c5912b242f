/// HTML of blocks by everything that it was made from, up to a number of bytes.
///
/// A header or a footer that stands on every page is rendered once or twice. A fragment is kept when
/// it is asked for the second time in one batch of pages: most fragments belong to one page and
/// would only push out the few that all pages share. Between batches what was asked for once is
/// forgotten, so that pages which are edited again and again do not fill the cache. When the limit
/// is reached everything is forgotten, which is simpler than an order of use and, with so few
/// fragments kept, as good.
struct FragmentCache {
    /// Compared whole; hashed in one piece, since an array of bytes hashes byte by byte.
    private struct Key: Hashable {
        var bytes: [UInt8]

        func hash(into hasher: inout Hasher) {
            unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        }
    }

    private var fragments: [Key: [UInt8]] = [:]
    /// Hashes of keys that were asked for in this batch.
    private var seen: Set<Int> = []
    private var size = 0
    private let limit: Int

    /// - Parameter limit: bytes of keys and fragments together.
    init(limit: Int) { self.limit = limit }

    mutating func beginBatch() { seen.removeAll(keepingCapacity: true) }

    /// Whether the fragment of `key` is not kept, and is asked for the first time in this batch;
    /// remembers that it was.
    mutating func isNew(_ key: [UInt8]) -> Bool {
        let key = Key(bytes: key)
        return fragments[key] == nil && seen.insert(key.hashValue).inserted
    }

    /// The fragment of `key`, when it is kept.
    func fragment(for key: [UInt8]) -> [UInt8]? { fragments[Key(bytes: key)] }

    /// Keeps a fragment that was asked for before in this batch; otherwise remembers that it was.
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
