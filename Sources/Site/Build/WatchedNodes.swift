import Bundling
import Synchronization

/// The nodes of a watcher; a watcher of all nodes adds new ones while it runs.
final class WatchedNodes: Sendable {
    /// With more nodes than this, one query finds those that have changes; with fewer, each node
    /// checks for itself, which saves a query before each edit goes live.
    static let few = 4

    private struct State {
        var sites: [WatchedSite]
        /// Templates that replace those that keepers are created with.
        var library: TemplateLibrary?
    }

    private let state: Mutex<State>

    init(_ sites: [WatchedSite]) { state = Mutex(State(sites: sites)) }

    var sites: [WatchedSite] { state.withLock { $0.sites } }

    /// Adds a node, with the templates of the other nodes.
    func add(_ site: WatchedSite) async {
        let library = state.withLock { state in
            state.sites.append(site)
            return state.library
        }
        if let library { await site.keeper.use(library) }
    }

    /// Sets other templates for all nodes, including those added later.
    func use(_ library: TemplateLibrary) async {
        let sites = state.withLock { state in
            state.library = library
            return state.sites
        }
        for site in sites { await site.keeper.use(library) }
    }

    /// Whether nodes must be told that they have changes.
    var areMany: Bool { state.withLock { $0.sites.count > Self.few } }

    func signal(_ reasons: WatchSignal.Reasons) {
        for site in sites { site.wakeUp.signal(reasons) }
    }

    /// Wakes the named nodes.
    func signal(_ reasons: WatchSignal.Reasons, only nodes: some Sequence<String>) {
        let named = Set(nodes)
        for site in sites where named.contains(site.keeper.node) { site.wakeUp.signal(reasons) }
    }
}
