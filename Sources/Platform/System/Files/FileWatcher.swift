public import Core

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
    private let ready = ReadyChanges()
    private let reader: ChangeReader

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
        do throws(SystemError) {
            reader = ChangeReader(
                tree, settling: settling, ready: ready,
                loop: try EventLoop(name: "file-watcher"))
        } catch {
            throw error.diagnostic
        }
        changes = AsyncStream { [ready] in await ready.next() }
        reader.loop.run(for: reader) { $0.start() }
    }

    deinit { stop() }

    /// Stops watching and ends `changes` at once. Further calls do nothing.
    public func stop() {
        ready.finish()
        reader.loop.run(for: reader) { $0.stop() }
    }
}
