public import Core
public import Publishing

/// What a watcher has to tell.
public enum WatchEvent: Sendable {
    /// A build is under way. It is sent often; a small build is done before anybody could read it.
    case building(node: String, BuildProgress)
    /// A build ended: published, unchanged, refused or held.
    case built(BuildReport)
    /// Nodes that a watcher of all nodes watches from now on; at first, all that there are.
    case found(nodes: [String])
    /// Something in the output folder was wrong, and was repaired between two builds.
    case repaired(node: String, [SiteFault])
    /// Another builder has the node; this one waits to take over.
    ///
    /// - Parameter holder: host and process of the other one, where that is known.
    case standingBy(node: String, holder: String?)
    /// The folder is the node's home from now on; another one was so until now. Both as `host:/path`.
    case tookHome(node: String, from: String, to: String)
    /// The environment failed; it is tried again after the given time. Without a node, it is not known
    /// yet which there are.
    case failed(node: String?, Diagnostic, retryMilliseconds: Int)
    /// Notifications arrive again; what was missed meanwhile is read now.
    case listening
    /// Notifications do not arrive; changes are looked for on a timer.
    case deaf(Diagnostic)
    /// Templates or branding files were changed and cannot be read; those read before stay in use.
    case notReloaded(Diagnostic)
    /// Templates and branding files were read again.
    case reloaded

    /// The node that it is about; nil when it is about the database.
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
