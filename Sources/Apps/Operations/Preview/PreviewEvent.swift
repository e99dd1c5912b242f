/// What a preview tells the browsers that show the site.
public enum PreviewEvent: Hashable, Sendable {
    /// A release is live.
    ///
    /// - Parameter changed: files below the site's root that are new, other than they were, or gone,
    ///   such as `pricing/index.html`.
    case published(release: Int, changed: Set<String>)
    /// What is wrong now: every fault that is not fixed yet, not only the new ones.
    case failed([PreviewFault])
    /// Nothing is wrong any more.
    case mended
    /// The database is out of reach, for this reason; what is shown may be old.
    case disconnected(String)
    /// The database is there again.
    case connected
}
