/// A folder that a node is published into, as recorded in the database.
public struct NodeFolder: Hashable, Sendable {
    /// Machine and path: `host:/path`.
    public var location: String
    /// The identity of the ledger in the folder; nil before the first release.
    public var ledger: String?
    /// The marker of the newest release, and that of the release before it.
    public var markers: [String]
    /// Whether builds into this folder acknowledge edits.
    public var isHome: Bool

    public init(location: String, ledger: String?, markers: [String] = [], isHome: Bool) {
        self.location = location
        self.ledger = ledger
        self.markers = markers
        self.isHome = isHome
    }
}
