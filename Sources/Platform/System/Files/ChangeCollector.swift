import Core

/// Groups the events of an editor saving a file into one batch: temporary files, renames and
/// partial writes. Pure: callers give the time in milliseconds of one clock.
///
/// A batch is ready when nothing has happened for `quiet`. While a file is open for writing it
/// waits longer, so that no reader sees half a file, but at most `patience` for a pausing writer
/// and `limit` in all.
struct ChangeCollector {
    private let quiet: Int
    private static let patience = 250
    private static let limit = 1000

    private var changes = FileChanges()
    /// Files and folders created in this batch. When they are gone again, they are no change.
    private var born: Set<String> = []
    /// Files known to be opened for writing and not yet closed.
    private var unclosed: Set<String> = []
    private var first: Int?
    private var last = 0

    init(quiet: Int) { self.quiet = quiet }

    /// Records a new file, which may still be being written.
    mutating func created(_ path: String, at time: Int) {
        if !changes.paths.contains(path) { born.insert(path) }
        unclosed.insert(path)
        changes.add(path)
        note(time)
    }

    /// Records a new folder. Its contents are recorded separately.
    mutating func createdFolder(_ path: String, at time: Int) {
        if !changes.paths.contains(path) { born.insert(path) }
        note(time)
    }

    /// Records a write. More may follow.
    mutating func written(_ path: String, at time: Int) {
        unclosed.insert(path)
        changes.add(path)
        note(time)
    }

    /// Records a completed change of a file.
    mutating func changed(_ path: String, at time: Int) {
        unclosed.remove(path)
        changes.add(path)
        note(time)
    }

    mutating func removed(_ path: String, at time: Int) {
        let isNew = born.remove(path) != nil
        unclosed.remove(path)
        if isNew { changes.paths.remove(path) } else { changes.add(path) }
        note(time)
    }

    /// Records the removal of a folder with its contents.
    mutating func removedFolder(_ path: String, at time: Int) {
        let below = path + "/"
        changes.paths = changes.paths.filter { !$0.hasUTF8Prefix(below) }
        born = born.filter { !$0.hasUTF8Prefix(below) }
        unclosed = unclosed.filter { !$0.hasUTF8Prefix(below) }
        removed(path, at: time)
    }

    /// Records lost events: anything may have changed.
    mutating func missed(at time: Int) {
        changes.isComplete = false
        note(time)
    }

    mutating func failed(_ fault: Diagnostic, at time: Int) {
        var failure = FileChanges()
        failure.isComplete = false
        failure.faults = [fault]
        changes.merge(failure)
        note(time)
    }

    private mutating func note(_ time: Int) {
        first = first ?? time
        last = time
        // When anything may have changed, single paths need not be recorded.
        guard !changes.isComplete else { return }
        born.removeAll()
        unclosed.removeAll()
    }

    /// Returns the milliseconds until the batch is ready; nil when there is none.
    func wait(at time: Int) -> Int? {
        guard let first else { return nil }
        let rest = unclosed.isEmpty ? quiet : max(quiet, Self.patience)
        return max(0, min(last + rest, first + Self.limit) - time)
    }

    /// Returns the batch, which is empty when all new files have gone again.
    mutating func take() -> FileChanges {
        defer { self = ChangeCollector(quiet: quiet) }
        return changes
    }
}
