import Build

/// When a watcher is at work, for the service manager: once each node had its first turn, however that
/// ended. A database that is away keeps nobody from being at work, since it is waited for.
struct WatchReadiness {
    /// Nodes that had no turn yet; nil while it is not known which there are.
    private var waited: Set<String>?
    private var isReady = false

    /// - Parameter nodes: nil when the watcher finds them itself.
    init(nodes: [String]?) { waited = nodes.map(Set.init) }

    /// - Returns: whether the watcher is at work since this event.
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
