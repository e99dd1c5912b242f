/// HTML of blocks by everything that it was made from, up to a number of bytes.
///
/// A header or a footer that stands on every page is rendered once or twice. A fragment is kept when
/// it is asked for the second time: most fragments belong to one page and would only push out the
/// few that all pages share. When a limit is reached everything is forgotten, which is simpler than
/// an order of use and, with so few fragments kept, as good.
struct FragmentCache {
    /// Compared whole; hashed in one piece, since an array of bytes hashes byte by byte.
    private struct Key: Hashable {
        var bytes: [UInt8]

        func hash(into hasher: inout Hasher) {
            unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        }
    }

    private var fragments: [Key: [UInt8]] = [:]
    /// Hashes of keys that were asked for once.
    private var seen: Set<Int> = []
    private var size = 0
    private let limit: Int

    /// - Parameter limit: bytes of keys and fragments together.
    init(limit: Int) { self.limit = limit }

    /// Whether `key` is asked for the first time; remembers that it was.
    mutating func isNew(_ key: [UInt8]) -> Bool {
        if seen.count >= 1 << 16 { seen.removeAll(keepingCapacity: true) }
        return seen.insert(Key(bytes: key).hashValue).inserted
    }

    /// The fragment of `key`, made by `render` when it is not kept.
    mutating func fragment<Failure: Error>(
        for key: [UInt8], render: () throws(Failure) -> [UInt8]
    ) throws(Failure) -> [UInt8] {
        let key = Key(bytes: key)
        if let known = fragments[key] { return known }
        let fragment = try render()
        if seen.count >= 1 << 16 { seen.removeAll(keepingCapacity: true) }
        guard !seen.insert(key.hashValue).inserted else { return fragment }
        let added = fragment.count + key.bytes.count
        guard added <= limit / 4 else { return fragment }
        if size + added > limit {
            fragments.removeAll(keepingCapacity: true)
            size = 0
        }
        fragments[key] = fragment
        size += added
        return fragment
    }
}
