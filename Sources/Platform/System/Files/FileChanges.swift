public import Core

/// What has changed in watched folders since the last batch.
public struct FileChanges: Hashable, Sendable {
    /// Files that were written, appeared or went away, and folders that went away with all that was
    /// in them; relative to the watcher's root.
    public var paths: Set<String> = []
    /// False when something was missed, so that anything below the root may have changed.
    public var isComplete = true
    /// What keeps later changes from being seen.
    public var faults: [Diagnostic] = []

    public init() {}

    public var isEmpty: Bool { paths.isEmpty && isComplete && faults.isEmpty }

    /// Above it a batch names nothing and `isComplete` is false.
    static let limit = 4096

    mutating func add(_ path: String) {
        paths.insert(path)
        shrink()
    }

    /// Adds what came later.
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
