public import Publishing
import System

/// Tells a folder with drafts from one that visitors may see: an input of its releases.
enum DraftsMark {
    /// Its name among a release's inputs.
    static let name = "drafts"
    static let digest = SHA256Digest(hashing: name)
}

extension SiteFolder {
    /// Whether the newest release has pages that are not published.
    public var hasDrafts: Bool {
        get throws { try state().inputs[DraftsMark.name] != nil }
    }
}
