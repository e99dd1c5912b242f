import Synchronization

/// Limits the memory that all keepers together use for their sites between builds.
///
/// A site that was released from memory is read again with the next edit of its node.
final class SiteMemoryLimit: Sendable {
    private struct Entry {
        weak var keeper: SiteKeeper?
        var bytes: Int
    }

    private let limit: Int
    /// The keepers in memory, the one that has built least recently first.
    private let entries = Mutex<[Entry]>([])

    init(limit: Int) { self.limit = limit }

    /// Records that a keeper has built.
    ///
    /// - Parameter bytes: how much memory it uses; 0 when it keeps nothing.
    /// - Returns: the keepers that must release their sites to stay within the limit.
    func note(_ keeper: SiteKeeper, bytes: Int) -> [SiteKeeper] {
        entries.withLock { entries in
            entries.removeAll { $0.keeper == nil || $0.keeper === keeper }
            if bytes > 0 { entries.append(Entry(keeper: keeper, bytes: bytes)) }
            var sum = entries.reduce(0) { $0 + $1.bytes }
            var others: [SiteKeeper] = []
            while sum > limit, entries.count > 1 {
                let first = entries.removeFirst()
                sum -= first.bytes
                if let keeper = first.keeper { others.append(keeper) }
            }
            return others
        }
    }
}
