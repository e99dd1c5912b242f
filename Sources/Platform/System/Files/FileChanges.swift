public import Core

/// The changes in watched folders since the last batch.
public struct FileChanges: Hashable, Sendable {
    /// Files that were written, created or removed, and folders that were removed with their
    /// contents, relative to the watcher's root.
    public var paths: Set<String> = []
    /// Whether `paths` is complete; when false, anything below the root may have changed.
    public var isComplete = true
    /// Errors that prevent later changes from being seen.
    public var faults: [Diagnostic] = []

    public init() {}

    public var isEmpty: Bool { paths.isEmpty && isComplete && faults.isEmpty }

    /// The most paths of a batch; above it a batch has no paths and `isComplete` is false.
    static let limit = 4096

    mutating func add(_ path: String) {
        paths.insert(path)
        shrink()
    }

    /// Adds later changes.
    mutating func merge(_ later: FileChanges) {
        paths.formUnion(later.paths)
        isComplete = isComplete && later.isComplete
        for fault in later.faults where !faults.contains(fault) && faults.count < 16 {
            faults.append(fault)
        }
        shrink()
    }

    private mutating func shrink() {
        guard paths.count > Self.limit else { return }
        paths.removeAll()
        isComplete = false
    }
}
