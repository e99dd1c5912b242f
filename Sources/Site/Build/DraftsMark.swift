public import Publishing
import System

/// An input of releases that distinguishes a folder with drafts from one that visitors may see.
enum DraftsMark {
    /// Its name among a release's inputs.
    static let name = "drafts"
    static let digest = SHA256Digest(hashing: name)
}

extension SiteFolder {
    /// Whether the newest release has unpublished pages.
    public var hasDrafts: Bool {
        get throws { try state().inputs[DraftsMark.name] != nil }
    }
}
