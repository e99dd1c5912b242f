import Core

/// Makes one batch of what an editor does to save a file: temporary files, renames and writes in
/// parts. Pure: the time is told, in milliseconds of one clock.
///
/// A batch is ready when nothing has happened for `quiet`. While a file is open for writing it waits
/// longer, so that nobody reads half a file, but never longer than `patience` for a writer who
/// pauses, nor `limit` in all.
struct ChangeCollector {
    private let quiet: Int
    private static let patience = 250
    private static let limit = 1000

    private var changes = FileChanges()
    /// Files and folders that were not there before this batch: gone again, they are no change.
    private var born: Set<String> = []
    /// Files that were opened for writing and not closed yet, as far as is known.
    private var unclosed: Set<String> = []
    private var first: Int?
    private var last = 0

    init(quiet: Int) { self.quiet = quiet }

    /// A file that did not exist; whoever made it may still be writing.
    mutating func created(_ path: String, at time: Int) {
        if !changes.paths.contains(path) { born.insert(path) }
        unclosed.insert(path)
        changes.add(path)
        note(time)
    }

    /// A folder that did not exist; what is in it is told apart.
    mutating func createdFolder(_ path: String, at time: Int) {
        if !changes.paths.contains(path) { born.insert(path) }
        note(time)
    }

    /// Bytes were written, and more may follow.
    mutating func written(_ path: String, at time: Int) {
        unclosed.insert(path)
        changes.add(path)
        note(time)
    }

    /// The file is as it will stay for now.
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

    /// A folder, with all that was in it.
    mutating func removedFolder(_ path: String, at time: Int) {
        let below = path + "/"
        changes.paths = changes.paths.filter { !$0.hasUTF8Prefix(below) }
        born = born.filter { !$0.hasUTF8Prefix(below) }
        unclosed = unclosed.filter { !$0.hasUTF8Prefix(below) }
        removed(path, at: time)
    }

    /// Events were lost: anything may have changed.
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
        // What anything may have happened to needs no account of its own.
        guard !changes.isComplete else { return }
        born.removeAll()
        unclosed.removeAll()
    }

    /// Milliseconds until the batch is ready; nil when there is none.
    func wait(at time: Int) -> Int? {
        guard let first else { return nil }
        let rest = unclosed.isEmpty ? quiet : max(quiet, Self.patience)
        return max(0, min(last + rest, first + Self.limit) - time)
    }

    /// The batch, which is empty when all that appeared has gone again.
    mutating func take() -> FileChanges {
        defer { self = ChangeCollector(quiet: quiet) }
        return changes
    }
}
