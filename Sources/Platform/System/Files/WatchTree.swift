import CLinux
import Core
import Glibc

/// The inotify watches of folders and of all folders below them.
///
/// inotify watches one folder, not a tree: a new folder is first watched and then listed, so that
/// no file put into it is missed. Symbolic links are not followed below the top folders, and names
/// that only editors use are ignored (`isNoise`).
final class WatchTree {
    let descriptor: Int32
    private let root: String
    /// The requested folders, relative to the root.
    private let tops: Set<String>
    /// Names whose replacement is reported; they are never entered.
    private let entries: Set<String>
    /// The parent folders of the above. Only the entries on the way down matter in them.
    private let ways: Set<String>
    private let limit: Int
    /// Watch → folder, relative to the root, which is "".
    private var folders: [Int32: String] = [:]

    private static let everything =
        UInt32(IN_CREATE) | UInt32(IN_MODIFY) | UInt32(IN_CLOSE_WRITE) | UInt32(IN_DELETE)
        | UInt32(IN_MOVED_FROM) | UInt32(IN_MOVED_TO) | UInt32(IN_ONLYDIR)
    private static let names =
        UInt32(IN_CREATE) | UInt32(IN_DELETE) | UInt32(IN_MOVED_FROM) | UInt32(IN_MOVED_TO)
        | UInt32(IN_DELETE_SELF) | UInt32(IN_MOVE_SELF) | UInt32(IN_ONLYDIR)

    /// - Parameters:
    ///   - tops: folders below `root`; a missing one is watched once it exists.
    ///   - entries: paths below `root` of links or files to report, whatever their type.
    ///   - limit: the most folders below the root.
    init(
        root: String, tops: Set<String>, entries: Set<String> = [], limit: Int
    ) throws(Diagnostic) {
        descriptor = inotify_init1(Int32(O_CLOEXEC | O_NONBLOCK))
        self.root = root
        self.tops = tops
        self.entries = entries
        ways = Self.ways(to: tops, entries)
        self.limit = limit
        guard descriptor >= 0 else {
            throw Diagnostic(
                .fileSystem, "cannot watch files: \(SystemError("watch").reason)",
                hint: "raise the limit: sysctl fs.inotify.max_user_instances=512")
        }
        if let fault = begin() { throw fault }
    }

    /// Watches everything from scratch and drops all earlier watches.
    private func begin() -> Diagnostic? {
        for watch in folders.keys { inotify_rm_watch(descriptor, watch) }
        folders = [:]
        return enter("") { _ in }
    }

    private static func ways(to tops: Set<String>, _ entries: Set<String>) -> Set<String> {
        var ways: Set<String> = [""]
        for target in tops.union(entries) {
            var parent = Self.parent(of: target)
            while !parent.isEmpty {
                ways.insert(parent)
                parent = Self.parent(of: parent)
            }
        }
        // In a top folder everything is watched.
        return ways.filter { way in
            !tops.contains { way == $0 || way.hasUTF8Prefix($0 + "/") }
        }
    }

    private static func parent(of folder: String) -> String {
        folder.lastUTF8Index(of: "/").map { String(folder[..<$0]) } ?? ""
    }

    deinit { close(descriptor) }

    /// Reads the pending events.
    func read(into collector: inout ChangeCollector, at time: Int) {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = buffer.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            buffer.withUnsafeBytes { bytes in
                var offset = 0
                while offset + MemoryLayout<inotify_event>.size <= count {
                    let event = bytes.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
                    let start = offset + MemoryLayout<inotify_event>.size
                    let name = bytes[start..<min(count, start + Int(event.len))].prefix { $0 != 0 }
                    received(event, String(decoding: name, as: UTF8.self), &collector, time)
                    offset = start + Int(event.len)
                }
            }
        }
    }

    private func received(
        _ event: inotify_event, _ name: String, _ collector: inout ChangeCollector, _ time: Int
    ) {
        func has(_ flag: some BinaryInteger) -> Bool {
            event.mask & UInt32(truncatingIfNeeded: flag) != 0
        }
        if has(IN_Q_OVERFLOW) {
            collector.missed(at: time)
            if let fault = begin() { collector.failed(fault, at: time) }
            return
        }
        guard let folder = folders[event.wd] else { return }
        if has(IN_IGNORED) {
            folders[event.wd] = nil
            return
        }
        if folder.isEmpty, has(IN_DELETE_SELF) || has(IN_MOVE_SELF) {
            return collector.failed(
                Diagnostic(
                    .fileSystem, "the folder '\(root)' is gone, and its files are watched no more",
                    hint: "start the command again"), at: time)
        }
        let path = folder.isEmpty ? name : folder + "/" + name
        if entries.contains(path) { return collector.changed(path, at: time) }
        // In a parent folder only the entries on the way down matter, and these may be links to
        // folders.
        let isOnTheWay = ways.contains(folder)
        guard isOnTheWay ? ways.contains(path) || tops.contains(path) : !Self.isNoise(name) else {
            return
        }
        if has(IN_DELETE) || has(IN_MOVED_FROM) {
            if has(IN_ISDIR) || isOnTheWay {
                forget(path)
                collector.removedFolder(path, at: time)
            } else {
                collector.removed(path, at: time)
            }
        } else if has(IN_ISDIR) || isOnTheWay {
            if has(IN_CREATE) { collector.createdFolder(path, at: time) }
            let fault = enter(path) { collector.changed($0, at: time) }
            if let fault { collector.failed(fault, at: time) }
        } else if has(IN_CREATE) {
            collector.created(path, at: time)
        } else if has(IN_MODIFY) {
            collector.written(path, at: time)
        } else {
            collector.changed(path, at: time)
        }
    }

    /// Watches a folder and the relevant folders below it.
    ///
    /// - Parameter each: called with every existing file.
    /// - Returns: why not all of them are watched, or nil; a folder that has gone is no error.
    private func enter(_ folder: String, each: (String) -> Void) -> Diagnostic? {
        guard ways.contains(folder) else { return add(folder, each: each) }
        guard watch(folder, Self.names) else {
            return !folder.isEmpty && Self.isAbsence(errno) ? nil : failure(at: folder)
        }
        for entry in entries.sorted() where Self.parent(of: entry) == folder {
            var status = stat()
            if lstat(absolute(entry), &status) == 0 { each(entry) }
        }
        for next in ways.union(tops).sorted()
        where !next.isEmpty && Self.parent(of: next) == folder {
            if let fault = enter(next, each: each) { return fault }
        }
        return nil
    }

    private static func isAbsence(_ number: Int32) -> Bool {
        [ENOENT, ENOTDIR, ELOOP].contains(number)
    }

    /// Watches a folder and all folders below it.
    private func add(_ top: String, each: (String) -> Void) -> Diagnostic? {
        var waiting = [top]
        while let folder = waiting.popLast() {
            // A top folder may be a link to the real folder.
            let isTop = tops.contains(folder)
            if folders.count > limit {
                return Diagnostic(
                    .fileSystem, "there are more than \(limit) folders below '\(root)/\(top)'",
                    at: .init(field: folder),
                    hint: "edits in it are not noticed; move what is no template elsewhere")
            }
            guard watch(folder, Self.everything | (isTop ? 0 : UInt32(IN_DONT_FOLLOW))) else {
                if Self.isAbsence(errno) { continue }
                return failure(at: folder)
            }
            list(folder) { name, isFolder in
                if Self.isNoise(name) { return }
                if isFolder {
                    waiting.append(folder + "/" + name)
                } else {
                    each(folder + "/" + name)
                }
            }
        }
        return nil
    }

    private func watch(_ folder: String, _ mask: UInt32) -> Bool {
        let watch = inotify_add_watch(descriptor, absolute(folder), mask)
        if watch >= 0 { folders[watch] = folder }
        return watch >= 0
    }

    /// Removes the watches of a folder that was moved away, because their paths are now wrong.
    private func forget(_ folder: String) {
        for (watch, path) in folders where path == folder || path.hasUTF8Prefix(folder + "/") {
            inotify_rm_watch(descriptor, watch)
            folders[watch] = nil
        }
    }

    private func list(_ folder: String, each: (_ name: String, _ isFolder: Bool) -> Void) {
        guard let stream = opendir(absolute(folder)) else { return }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            var kind = Int(entry.pointee.d_type)
            if kind == Int(DT_UNKNOWN) {
                var status = stat()
                if lstat(absolute(folder) + "/" + name, &status) == 0,
                    status.st_mode & S_IFMT == S_IFDIR
                {
                    kind = Int(DT_DIR)
                }
            }
            each(name, kind == Int(DT_DIR))
        }
    }

    private func absolute(_ folder: String) -> String {
        folder.isEmpty ? root : root + "/" + folder
    }

    private func failure(at folder: String) -> Diagnostic {
        let number = errno
        guard number == ENOSPC else {
            return SystemError("watch the folder", path: absolute(folder), number: number)
                .diagnostic
        }
        return Diagnostic(
            .fileSystem, "the system watches no more folders for this user",
            at: .init(field: absolute(folder)),
            hint: "raise the limit: sysctl fs.inotify.max_user_watches=65536")
    }

    /// Whether editors and tools use the name for their own files.
    static func isNoise(_ name: String) -> Bool {
        name.hasUTF8Prefix(".") || name.hasUTF8Suffix("~")
            || name.hasUTF8Prefix("#") && name.hasUTF8Suffix("#")
    }
}
