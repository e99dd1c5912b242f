import Core
import System

/// Which folder this is, whatever path it was opened by.
extension SiteFolder {
    /// Machine and path of the folder, without symbolic links: `host:/path`.
    public var location: String { "\(hostName()):\(realPath(path) ?? path)" }

    /// Closes the files that are kept open between calls, while nothing is under way.
    public func rest() { ledger.close() }

    /// Tells the ledger from every other, and goes with a copy of the folder; nil before the first
    /// release.
    public var ledgerIdentity: String? {
        get throws { try ledger.read { try $0.site().identity } }
    }

    /// Whether this is a copy of the folder at `location` and not that folder moved: the one there has
    /// the same ledger. Of another machine it is not known.
    public func isCopy(of location: String) -> Bool {
        let host = hostName() + ":"
        guard location != self.location, let path = location.droppingUTF8Prefix(host),
            let identity = try? ledgerIdentity,
            let other = try? Directory(String(path)),
            other.identity(of: SiteLedger.name) != nil
        else { return false }
        return (try? SiteLedger(root: other).read { try $0.site().identity }) == identity
    }
}
