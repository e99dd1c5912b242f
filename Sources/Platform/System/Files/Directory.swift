import CLinux
import Core
import Glibc

/// An open folder, through which files below it are reached by relative path.
///
/// Paths are taken as given: they are checked once, where they enter the system.
public final class Directory: Sendable {
    public let path: String
    let descriptor: Int32

    /// Opens `path`, creating it and its parents first when asked.
    public init(_ path: String, creating: Bool = false) throws(SystemError) {
        if creating { try Directory.create(path) }
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError("open the folder", path: path) }
        self.path = path
    }

    deinit { close(descriptor) }

    /// Creates a folder and its parents, like `mkdir -p`.
    public static func create(_ path: String) throws(SystemError) {
        if mkdir(path, 0o755) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastUTF8Index(of: "/"), slash > path.startIndex
        else {
            throw SystemError("create the folder", path: path)
        }
        try create(String(path[..<slash]))
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
            throw SystemError("create the folder", path: path)
        }
    }

    /// Creates one folder below this one; its parent must exist. One that exists is fine.
    public func createFolder(_ relative: String) throws(SystemError) {
        guard mkdirat(descriptor, relative, 0o755) == 0 || errno == EEXIST else {
            throw SystemError("create the folder", path: path + "/" + relative)
        }
    }

    /// Writes a new file whole; a file of that name must not exist.
    ///
    /// - Parameter modified: seconds since 1970 that the file claims as its time of change.
    public func write(
        _ bytes: [UInt8], to relative: String, modified: Int? = nil
    ) throws(SystemError) {
        let file = openat(
            descriptor, relative, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard file >= 0 else {
            throw SystemError("create the file", path: path + "/" + relative)
        }
        defer { close(file) }
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(file, $0.baseAddress?.advanced(by: offset), bytes.count - offset)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw SystemError("write the file", path: path + "/" + relative)
            }
            offset += count
        }
        if let modified {
            var times = [
                timespec(tv_sec: modified, tv_nsec: 0), timespec(tv_sec: modified, tv_nsec: 0),
            ]
            guard futimens(file, &times) == 0 else {
                throw SystemError("set the time of", path: path + "/" + relative)
            }
        }
    }

    /// Reads a regular file whole. Throws for a pipe or a device, since reading one may never end.
    ///
    /// - Parameter limit: bytes; a larger file is an error, not a large buffer.
    public func read(_ relative: String, limit: Int = 64 << 20) throws(SystemError) -> [UInt8] {
        let file = openat(descriptor, relative, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw SystemError("read", path: path + "/" + relative) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            throw SystemError(
                "read as a file", path: path + "/" + relative, number: isFolder ? EISDIR : EINVAL)
        }
        guard status.st_size <= limit else {
            throw SystemError("read", path: path + "/" + relative, number: EFBIG)
        }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: max(4096, Int(status.st_size) + 1))
        while true {
            let count = chunk.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw SystemError("read", path: path + "/" + relative)
            }
            if count == 0 { return bytes }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= limit else {
                throw SystemError("read", path: path + "/" + relative, number: EFBIG)
            }
        }
    }

    /// Makes `relative` another name of `source`, a file that is never changed in place.
    public func link(from source: Directory, _ name: String, to relative: String)
        throws(SystemError)
    {
        guard linkat(source.descriptor, name, descriptor, relative, 0) == 0 else {
            throw SystemError("link the file", path: path + "/" + relative)
        }
    }

    /// Makes `relative` another name of `source`, in the place of the file that has it now: a reader
    /// finds the old or the new one, never none.
    ///
    /// - Parameter temporary: a name in the same folder that nothing else has; what an interrupted
    ///   call left there is removed. Asked for only when something has the place.
    public func link(
        from source: Directory, _ name: String, over relative: String,
        temporary: @autoclosure () -> String
    ) throws(SystemError) {
        if linkat(source.descriptor, name, descriptor, relative, 0) == 0 { return }
        guard errno == EEXIST else {
            throw SystemError("link the file", path: path + "/" + relative)
        }
        let temporary = temporary()
        unlinkat(descriptor, temporary, 0)
        try link(from: source, name, to: temporary)
        // Renaming one name of a file over another of the same file leaves both, and renaming over a
        // folder fails.
        defer { unlinkat(descriptor, temporary, 0) }
        try rename(temporary, to: relative)
    }

    /// Gives a file or folder another name below this folder, in the place of what has it now.
    public func rename(_ relative: String, to target: String) throws(SystemError) {
        guard renameat(descriptor, relative, descriptor, target) == 0 else {
            throw SystemError("rename to", path: path + "/" + target)
        }
    }

    /// The bytes of the file `relative`, or nil when there is no such file.
    public func size(of relative: String) -> Int? {
        var status = stat()
        guard fstatat(descriptor, relative, &status, AT_SYMLINK_NOFOLLOW) == 0,
            status.st_mode & S_IFMT == S_IFREG
        else { return nil }
        return Int(status.st_size)
    }

    /// Which file has the name now, or nil when none has: another one once it was replaced.
    public func identity(of relative: String) -> FileIdentity? {
        var status = stat()
        guard fstatat(descriptor, relative, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
        return FileIdentity(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
    }

    /// What is known of the file `relative` without reading it, or nil when there is no such file;
    /// links are not followed.
    public func stamp(of relative: String) -> FileStamp? {
        var status = stat()
        guard fstatat(descriptor, relative, &status, AT_SYMLINK_NOFOLLOW) == 0,
            status.st_mode & S_IFMT == S_IFREG
        else { return nil }
        func nanoseconds(_ time: timespec) -> Int { time.tv_sec &* 1_000_000_000 &+ time.tv_nsec }
        return FileStamp(
            identity: FileIdentity(
                device: UInt64(status.st_dev), number: UInt64(status.st_ino)),
            size: Int(status.st_size), modified: nanoseconds(status.st_mtim),
            changed: nanoseconds(status.st_ctim))
    }

    /// Names below this folder that `relative` holds, sorted; "" is this folder itself.
    public func names(in relative: String = "") throws(SystemError) -> [String] {
        let folder = relative.isEmpty ? path : path + "/" + relative
        guard let stream = opendir(folder) else { throw SystemError("list", path: folder) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    public func exists(_ relative: String) -> Bool {
        faccessat(descriptor, relative, F_OK, AT_SYMLINK_NOFOLLOW) == 0
    }

    /// What the symbolic link `name` points to, or nil when there is no such link.
    public func target(ofLink name: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes {
            $0.baseAddress.map {
                readlinkat(descriptor, name, $0.assumingMemoryBound(to: CChar.self), 4096)
            } ?? -1
        }
        return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
    }

    /// Points the symbolic link `name` at `target` by one rename: a reader sees the old or the new.
    ///
    /// A folder that stands in the place of the link is removed.
    ///
    /// - Parameter isDurable: waits until the change has reached the disk; of a link in this folder
    ///   itself.
    public func replaceLink(
        _ name: String, target: String, isDurable: Bool = true
    ) throws(SystemError) {
        try stageLink(name, target: target)
        try placeStagedLink(name, isDurable: isDurable)
    }

    /// Makes the link that `placeStagedLink` gives its name.
    public func stageLink(_ name: String, target: String) throws(SystemError) {
        let temporary = name + ".next"
        if unlinkat(descriptor, temporary, 0) != 0, errno == EISDIR { try remove(temporary) }
        guard symlinkat(target, descriptor, temporary) == 0 else {
            throw SystemError("create the link", path: path + "/" + temporary)
        }
    }

    /// Does what is left of `replaceLink` after `stageLink`: the rename.
    public func placeStagedLink(_ name: String, isDurable: Bool = true) throws(SystemError) {
        let temporary = name + ".next"
        if renameat(descriptor, temporary, descriptor, name) != 0 {
            guard errno == EISDIR else {
                throw SystemError("replace the link", path: path + "/" + name)
            }
            // A folder is not replaced by a rename. It steps aside first, so that the name is
            // missing for an instant only, however much the folder holds.
            let aside = name + ".old"
            try remove(aside)
            try rename(name, to: aside)
            try rename(temporary, to: name)
            try remove(aside)
        }
        if isDurable { try synchronize("") }
    }

    /// Removes a file or a folder with all it holds; links are removed, never followed.
    public func remove(_ relative: String) throws(SystemError) {
        if unlinkat(descriptor, relative, 0) == 0 || errno == ENOENT || errno == ENOTDIR { return }
        guard errno == EISDIR || errno == EPERM else {
            throw SystemError("remove", path: path + "/" + relative)
        }
        for name in try names(in: relative) { try remove(relative + "/" + name) }
        guard unlinkat(descriptor, relative, AT_REMOVEDIR) == 0 || errno == ENOENT else {
            throw SystemError("remove", path: path + "/" + relative)
        }
    }

    /// Removes one file. A folder of that name stays, and what does not exist needs nothing.
    public func removeFile(_ relative: String) throws(SystemError) {
        if unlinkat(descriptor, relative, 0) == 0 { return }
        guard [ENOENT, EISDIR, ENOTDIR, ENAMETOOLONG].contains(errno) else {
            throw SystemError("remove", path: path + "/" + relative)
        }
    }

    /// Removes a folder that holds nothing.
    ///
    /// - Returns: whether there is no such folder now.
    public func removeFolderIfEmpty(_ relative: String) throws(SystemError) -> Bool {
        if unlinkat(descriptor, relative, AT_REMOVEDIR) == 0 { return true }
        if errno == ENOENT || errno == ENAMETOOLONG { return true }
        guard [ENOTEMPTY, EEXIST, ENOTDIR].contains(errno) else {
            throw SystemError("remove", path: path + "/" + relative)
        }
        return false
    }

    /// Makes one file's bytes, or one folder's list of names, durable; "" is this folder itself.
    ///
    /// What does not exist needs nothing.
    public func synchronize(_ relative: String) throws(SystemError) {
        if relative.isEmpty {
            guard fsync(descriptor) == 0 else { throw SystemError("make durable", path: path) }
            return
        }
        let file = openat(descriptor, relative, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else {
            if [ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG].contains(errno) { return }
            throw SystemError("make durable", path: path + "/" + relative)
        }
        defer { close(file) }
        guard fsync(file) == 0 else {
            throw SystemError("make durable", path: path + "/" + relative)
        }
    }

    /// Makes everything on this folder's file system durable: one wait, however many files.
    public func synchronize() throws(SystemError) {
        guard syncfs(descriptor) == 0 else { throw SystemError("make durable", path: path) }
    }

    /// Takes the exclusive lock on `name`, held until the result is released; nil when another
    /// process holds it.
    ///
    /// A folder or a link that stands in the place of the lock is removed.
    ///
    /// - Parameter waitMilliseconds: how long to wait for the other process.
    public func lock(
        _ name: String, waitMilliseconds: Int = 0
    ) throws(SystemError) -> FileLock? {
        let end = monotonicMilliseconds() + waitMilliseconds
        while true {
            let file = try openLock(name)
            while flock(file, LOCK_EX | LOCK_NB) != 0 {
                guard errno == EWOULDBLOCK || errno == EINTR, monotonicMilliseconds() < end else {
                    close(file)
                    return nil
                }
                usleep(2000)
            }
            let lock = FileLock(descriptor: file)
            var status = stat()
            // A file that lost its name meanwhile excludes no other process.
            if fstat(file, &status) == 0, entry(name)?.identity == EntryStatus(status).identity {
                return lock
            }
        }
    }

    private func openLock(_ name: String) throws(SystemError) -> Int32 {
        func open() -> Int32 {
            openat(descriptor, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o644)
        }
        var file = open()
        if file < 0, [EISDIR, ELOOP, ENXIO].contains(errno) {
            try remove(name)
            file = open()
        } else if file < 0, errno == EACCES, fchmodat(descriptor, name, 0o644, 0) == 0 {
            file = open()
        }
        guard file >= 0 else { throw SystemError("open the lock", path: path + "/" + name) }
        return file
    }
}

extension Directory {
    /// Creates a folder of a new name below `parent`, readable by this user alone.
    public convenience init(temporaryBelow parent: String, prefix: String) throws(SystemError) {
        var template = Array("\(parent)/\(prefix)XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw SystemError("create a temporary folder below", path: parent)
        }
        let bytes = template.dropLast().map { UInt8(bitPattern: $0) }
        try self.init(String(decoding: bytes, as: UTF8.self))
    }

    /// Removes this folder and all it holds.
    public func removeAll() throws(SystemError) {
        for name in try names() { try remove(name) }
        guard rmdir(path) == 0 else { throw SystemError("remove", path: path) }
    }
}
