import Build

/// Tells the service manager when a watcher is ready: after each node had its first turn, whatever
/// the result. An unreachable database does not prevent readiness, because the watcher waits for
/// it.
struct WatchReadiness {
    /// The nodes without a turn so far; nil while the nodes are unknown.
    private var waited: Set<String>?
    private var isReady = false

    /// - Parameter nodes: the watched nodes; nil when the watcher finds them itself.
    init(nodes: [String]?) { waited = nodes.map(Set.init) }

    /// - Returns: whether this event made the watcher ready.
    mutating func apply(_ event: WatchEvent) -> Bool {
        guard !isReady else { return false }
        switch event {
        case .found(let nodes): waited = Set(nodes)
        case .failed(nil, _, _): waited = []
        case .building: return false
        default: if let node = event.node { waited?.remove(node) }
        }
        isReady = waited?.isEmpty ?? false
        return isReady
    }
}
