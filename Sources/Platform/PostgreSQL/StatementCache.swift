/// Tracks which statements of one connection are prepared on the server, by their text.
///
/// A text is prepared when it comes a second time: most statements of a command run once, and
/// preparing them would cost more than it saves. The least recently used statement makes room for
/// the next.
struct StatementCache {
    /// How to run a statement.
    enum Plan: Equatable {
        /// Run it directly.
        case direct
        /// Prepare it under this name first.
        case prepare(name: String)
        /// Run the prepared statement of this name.
        case prepared(name: String)
    }

    private struct Entry {
        var name: String
        var lastUse: Int
    }

    let capacity: Int
    /// Whether every statement is run directly.
    var isDisabled = false
    /// Names of statements that are no longer needed but still prepared on the server.
    private(set) var unwanted: [String] = []
    private var entries: [String: Entry] = [:]
    /// Texts that came once; all are dropped together when there are too many.
    private var seen: Set<String> = []
    private var uses = 0

    init(capacity: Int = 64) { self.capacity = capacity }

    var count: Int { entries.count }

    /// Returns how to run `sql`, and assumes that the caller does so.
    mutating func plan(for sql: String) -> Plan {
        if isDisabled { return .direct }
        uses += 1
        if let name = entries[sql]?.name {
            entries[sql]?.lastUse = uses
            return .prepared(name: name)
        }
        guard !seen.insert(sql).inserted else {
            if seen.count > capacity * 4 { seen = [sql] }
            return .direct
        }
        seen.remove(sql)
        if entries.count >= capacity,
            let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })
        {
            unwanted.append(oldest.value.name)
            entries[oldest.key] = nil
        }
        let name = "rb\(uses)"
        entries[sql] = Entry(name: name, lastUse: uses)
        return .prepare(name: name)
    }

    /// Removes a statement that could not be prepared or whose plan the server no longer accepts.
    mutating func discard(_ sql: String, isOnServer: Bool) {
        guard let entry = entries.removeValue(forKey: sql), isOnServer else { return }
        unwanted.append(entry.name)
    }

    /// Records that the server no longer has the statement of this name.
    mutating func forget(_ name: String) { unwanted.removeAll { $0 == name } }
}
