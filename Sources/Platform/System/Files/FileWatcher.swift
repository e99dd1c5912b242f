import CLinux
public import Core
import Glibc
import Synchronization

/// Reports which files were changed in some folders and in all folders below them.
///
/// Saving one file is one batch, reported under the file's own name: temporary files that editors
/// write and rename are omitted. Changes that the reader has not yet requested are merged into the
/// next batch, so a slow reader costs nothing.
///
/// ```swift
/// let watcher = try FileWatcher(root: project.path, folders: ["templates", "branding"])
/// for await changes in watcher.changes { print(changes.paths.sorted()) }
/// ```
public final class FileWatcher: Sendable {
    /// The batches, for one reader. Ends after `stop`, or when the reader's task is cancelled.
    public let changes: AsyncStream<FileChanges>
    /// The writing end of the pipe on which the loop waits; -1 once it is closed.
    private let running: Mutex<Int32>

    /// Starts to watch: every change after this call returns is reported.
    ///
    /// - Parameters:
    ///   - root: the folder to which the paths of changes are relative.
    ///   - folders: relative to `root`. A missing folder is watched once it exists.
    ///   - entries: paths relative to `root` of single links or files outside those folders. A
    ///     change is reported when an entry is replaced; links are not followed.
    ///   - settling: milliseconds without an event after which a batch is reported.
    ///   - limit: the most folders to watch.
    /// - Throws: when `root` is not a folder, there are too many folders, or the system's limits on
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

    /// Stops watching and ends `changes` at once. Further calls do nothing.
    public func stop() {
        running.withLock { descriptor in
            if descriptor >= 0 { close(descriptor) }
            descriptor = -1
        }
    }
}
