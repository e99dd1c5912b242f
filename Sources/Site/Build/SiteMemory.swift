import Synchronization

/// Bounds what keepers know of their sites between builds, all together.
///
/// What is let go of is read again with the next edit of that node.
final class SiteMemory: Sendable {
    private struct Entry {
        weak var keeper: SiteKeeper?
        var bytes: Int
    }

    private let limit: Int
    /// The keeper that has built least recently comes first.
    private let entries = Mutex<[Entry]>([])

    init(limit: Int) { self.limit = limit }

    /// Notes that a keeper has built.
    ///
    /// - Parameter bytes: how much it keeps; 0 when that is nothing.
    /// - Returns: the keepers that are to let go of what they know, so that all is within the limit.
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
