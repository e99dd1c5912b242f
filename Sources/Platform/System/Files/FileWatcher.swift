import CLinux
public import Core
import Glibc
import Synchronization

/// Tells which files in some folders, and in all folders below them, were changed.
///
/// What a person does by saving one file is one batch, named by the file's own name: temporary files
/// that editors write and rename are not told. Changes that come while nobody asks are merged into
/// the next batch, so that a slow reader costs nothing.
///
/// ```swift
/// let watcher = try FileWatcher(root: project.path, folders: ["templates", "branding"])
/// for await changes in watcher.changes { print(changes.paths.sorted()) }
/// ```
public final class FileWatcher: Sendable {
    /// One reader's batches; ends after `stop`, or when the reader's task is cancelled.
    public let changes: AsyncStream<FileChanges>
    /// The writing end of the pipe that the loop waits on; -1 once it is closed.
    private let running: Mutex<Int32>

    /// Watches from now on: whatever is changed after this returns is told.
    ///
    /// - Parameters:
    ///   - root: what the paths of changes are relative to.
    ///   - folders: relative to `root`. One that does not exist yet is watched once it does.
    ///   - entries: paths relative to `root` of single links or files outside those folders, of
    ///     which is told that something else has the name now; a link is not followed.
    ///   - settling: milliseconds without an event after which a batch is told.
    ///   - limit: how many folders are watched at most.
    /// - Throws: when `root` is no folder, there are too many folders, or the system's limits on
    ///   watches are reached.
    public init(
        root: String, folders: [String], entries: [String] = [], settling: Int = 20,
        limit: Int = 4096
    ) throws(Diagnostic) {
        let tree = try WatchTree(
            root: root, tops: Set(folders), entries: Set(entries), limit: limit)
        var ends: [Int32] = [-1, -1]
        guard pipe2(&ends, O_CLOEXEC) == 0 else {
            throw SystemError("create a pipe").diagnostic
        }
        running = Mutex(ends[1])
        let ready = ReadyChanges()
        changes = AsyncStream { await ready.next() }
        let loop = WatchLoop(tree, settling: settling, ready: ready, stop: ends[0])
        Task { await loop.run() }
    }

    deinit { stop() }

    /// Ends the watching and `changes` at once; again it does nothing.
    public func stop() {
        running.withLock { descriptor in
            if descriptor >= 0 { close(descriptor) }
            descriptor = -1
        }
    }
}
