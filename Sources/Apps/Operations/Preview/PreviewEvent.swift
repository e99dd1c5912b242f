/// An event that a preview sends to the browsers that show the site.
public enum PreviewEvent: Hashable, Sendable {
    /// A release is live.
    ///
    /// - Parameter changed: files below the site's root that are new, changed or removed, such as
    ///   `pricing/index.html`.
    case published(release: Int, changed: Set<String>)
    /// The current errors: all that are not fixed yet, not only the new ones.
    case failed([PreviewFault])
    /// All errors are fixed.
    case fixed
    /// The database cannot be reached, for this reason; the site shown may be old.
    case disconnected(String)
    /// The database can be reached again.
    case connected
}
