public import Core
public import Publishing

/// An event reported by a watcher.
public enum WatchEvent: Sendable {
    /// A build is running. Sent often; a small build is finished before a person could read it.
    case building(node: String, BuildProgress)
    /// A build ended: published, unchanged, refused or held.
    case built(BuildReport)
    /// Nodes that a watcher of all nodes has started to watch; at first, all existing nodes.
    case found(nodes: [String])
    /// A fault in the output folder was repaired between two builds.
    case repaired(node: String, [FolderFault])
    /// Another builder has the node; this one waits to take over.
    ///
    /// - Parameter holder: host and process of the other builder, where known.
    case standingBy(node: String, holder: String?)
    /// The folder has become the node's home in place of another one. Both as `host:/path`.
    case tookHome(node: String, from: String, to: String)
    /// The environment failed; the watcher tries again after the given time. Without a node, the
    /// nodes are not known yet.
    case failed(node: String?, Diagnostic, retryMilliseconds: Int)
    /// Notifications arrive again; missed changes are read now.
    case listening
    /// Notifications do not arrive; the watcher checks for changes on a timer.
    case deaf(Diagnostic)
    /// Changed templates or branding files cannot be read; the previous ones stay in use.
    case notReloaded(Diagnostic)
    /// Templates and branding files were read again.
    case reloaded

    /// The node of the event; nil when it concerns the database.
    public var node: String? {
        switch self {
        case .building(let node, _): node
        case .built(let report): report.node
        case .standingBy(let node, _): node
        case .tookHome(let node, _, _): node
        case .repaired(let node, _): node
        case .failed(let node, _, _): node
        case .found, .listening, .deaf, .notReloaded, .reloaded: nil
        }
    }
}
