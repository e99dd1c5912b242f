import Bundling
import Synchronization

/// The nodes of a watcher; when it watches all, they become more while it runs.
final class WatchedNodes: Sendable {
    /// With more nodes than this, the database is asked which of them have changes; with fewer, each
    /// looks for itself, which is one question less on the way of an edit.
    static let few = 4

    private struct State {
        var sites: [WatchedSite]
        /// Other templates than those that keepers are made with.
        var library: TemplateLibrary?
    }

    private let state: Mutex<State>

    init(_ sites: [WatchedSite]) { state = Mutex(State(sites: sites)) }

    var sites: [WatchedSite] { state.withLock { $0.sites } }

    /// Adds a node, with the templates that the others have.
    func add(_ site: WatchedSite) async {
        let library = state.withLock { state in
            state.sites.append(site)
            return state.library
        }
        if let library { await site.keeper.use(library) }
    }

    /// Gives all of them, and those that come, other templates.
    func use(_ library: TemplateLibrary) async {
        let sites = state.withLock { state in
            state.library = library
            return state.sites
        }
        for site in sites { await site.keeper.use(library) }
    }

    /// Whether nodes wait to be told that they have changes.
    var areMany: Bool { state.withLock { $0.sites.count > Self.few } }

    func signal(_ reasons: WakeUp.Reasons) { for site in sites { site.wakeUp.signal(reasons) } }

    /// Wakes the named nodes.
    func signal(_ reasons: WakeUp.Reasons, only nodes: some Sequence<String>) {
        let named = Set(nodes)
        for site in sites where named.contains(site.keeper.node) { site.wakeUp.signal(reasons) }
    }
}
