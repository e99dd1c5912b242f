/// HTML of blocks by everything that it was made from, up to a number of bytes.
///
/// A header or a footer that stands on every page is rendered once. When the limit is reached
/// everything is forgotten: simpler than an order of use, and as good where most entries are of one
/// page and a few are of all.
struct FragmentCache {
    /// Compared whole; hashed in one piece, since an array of bytes hashes byte by byte.
    private struct Key: Hashable {
        var bytes: [UInt8]

        func hash(into hasher: inout Hasher) {
            unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        }
    }

    private var fragments: [Key: [UInt8]] = [:]
    private var size = 0
    private let limit: Int

    /// - Parameter limit: bytes of keys and fragments together.
    init(limit: Int) { self.limit = limit }

    subscript(key: [UInt8]) -> [UInt8]? { fragments[Key(bytes: key)] }

    mutating func insert(_ fragment: [UInt8], for key: [UInt8]) {
        let added = fragment.count + key.count
        guard added <= limit / 4 else { return }
        if size + added > limit {
            fragments.removeAll(keepingCapacity: true)
            size = 0
        }
        fragments[Key(bytes: key)] = fragment
        size += added
    }
}
