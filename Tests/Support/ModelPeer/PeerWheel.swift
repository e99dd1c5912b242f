/// Connections in the order of their times, in milliseconds.
struct PeerWheel {
    private static let size = 2048

    private var slots = [[(connection: PeerConnection, due: Int)]](repeating: [], count: size)
    private var count = 0
    private var last = 0

    var isEmpty: Bool { count == 0 }

    mutating func add(_ connection: PeerConnection, at due: Int) {
        if isEmpty { last = max(last, due - Self.size + 1) }
        slots[due % Self.size].append((connection, due))
        count += 1
    }

    /// Those whose time has come.
    mutating func advance(to now: Int) -> [PeerConnection] {
        var ready: [PeerConnection] = []
        if count > 0, last < now {
            for time in max(last + 1, now - Self.size + 1)...now {
                let slot = time % Self.size
                if slots[slot].isEmpty { continue }
                let entries = slots[slot]
                slots[slot].removeAll(keepingCapacity: true)
                for entry in entries {
                    // Later than a whole turn.
                    if entry.due > now {
                        slots[slot].append(entry)
                    } else {
                        ready.append(entry.connection)
                    }
                }
            }
        }
        count -= ready.count
        last = now
        return ready
    }
}
