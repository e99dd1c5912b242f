import Core
import System

/// Identifies the folder, whatever path it was opened by.
extension SiteFolder {
    /// Machine and path of the folder, without symbolic links: `host:/path`.
    public var location: String { "\(hostName()):\(realPath(path) ?? path)" }

    /// Closes the files that stay open between calls; called while no work is in progress.
    public func rest() { ledger.close() }

    /// Identifies the ledger, and stays the same in a copy of the folder; nil before the first
    /// release.
    public var ledgerIdentity: String? {
        get throws { try ledger.read { try $0.site().identity } }
    }

    /// Whether this is a copy of the folder at `location`, rather than that folder moved: the
    /// folder there still has the same ledger. Returns false for another machine, whose folders are
    /// unknown.
    public func isCopy(of location: String) -> Bool {
        let host = hostName() + ":"
        guard location != self.location, let path = location.droppingUTF8Prefix(host),
            let identity = try? ledgerIdentity,
            let other = try? Directory(String(path)),
            other.identity(of: Ledger.name) != nil
        else { return false }
        return (try? Ledger(root: other).read { try $0.site().identity }) == identity
    }
}
