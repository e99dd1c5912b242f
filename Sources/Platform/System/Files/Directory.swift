import CLinux
import Core
import Glibc

/// An open folder that gives access to the files below it by relative path.
///
/// Paths are not checked here, but once where they enter the system.
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

    /// Creates one folder below this one; its parent must exist. An existing folder is no error.
    public func createFolder(_ relative: String) throws(SystemError) {
        guard mkdirat(descriptor, relative, 0o755) == 0 || errno == EEXIST else {
            throw SystemError("create the folder", path: path + "/" + relative)
        }
    }

    /// Writes a complete new file; a file of that name must not exist.
    ///
    /// - Parameter modified: the modification time to set, in seconds since 1970.
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

    /// Reads a complete regular file. Throws for a pipe or a device, because reading one may never
    /// end.
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

    /// Makes `relative` a hard link to `source`, a file that is never changed in place.
    public func link(from source: Directory, _ name: String, to relative: String)
        throws(SystemError)
    {
        guard linkat(source.descriptor, name, descriptor, relative, 0) == 0 else {
            throw SystemError("link the file", path: path + "/" + relative)
        }
    }

    /// Makes `relative` a hard link to `source`, atomically replacing an existing file: a reader
    /// always finds the old or the new one.
    ///
    /// - Parameter temporary: an unused name in the same folder; a file left there by an
    ///   interrupted call is removed. Called only when the name is taken.
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
        // Renaming a hard link over another link of the same file leaves both, and renaming over a
        // folder fails.
        defer { unlinkat(descriptor, temporary, 0) }
        try rename(temporary, to: relative)
    }

    /// Renames a file or folder below this folder, replacing an existing file.
    public func rename(_ relative: String, to target: String) throws(SystemError) {
        guard renameat(descriptor, relative, descriptor, target) == 0 else {
            throw SystemError("rename to", path: path + "/" + target)
        }
    }

    /// Returns the size of the file `relative` in bytes, or nil when there is no such file.
    public func size(of relative: String) -> Int? {
        var status = stat()
        guard fstatat(descriptor, relative, &status, AT_SYMLINK_NOFOLLOW) == 0,
            status.st_mode & S_IFMT == S_IFREG
        else { return nil }
        return Int(status.st_size)
    }

    /// Returns the identity of the file of this name, or nil when there is none. It changes when
    /// the file is replaced.
    public func identity(of relative: String) -> FileIdentity? {
        var status = stat()
        guard fstatat(descriptor, relative, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
        return FileIdentity(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
    }

    /// Returns the stamp of the file `relative` without reading it, or nil when there is no such
    /// file; links are not followed.
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

    /// Returns the sorted names in the folder `relative`; "" is this folder itself.
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

    /// Returns the target of the symbolic link `name`, or nil when there is no such link.
    public func target(ofLink name: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes {
            $0.baseAddress.map {
                readlinkat(descriptor, name, $0.assumingMemoryBound(to: CChar.self), 4096)
            } ?? -1
        }
        return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
    }

    /// Points the symbolic link `name` at `target` by one rename: a reader sees the old or the new
    /// target.
    ///
    /// A folder in the place of the link is removed.
    ///
    /// - Parameter isDurable: whether to wait until the change has reached the disk; only for a
    ///   link directly in this folder.
    public func replaceLink(
        _ name: String, target: String, isDurable: Bool = true
    ) throws(SystemError) {
        try stageLink(name, target: target)
        try placeStagedLink(name, isDurable: isDurable)
    }

    /// Creates the temporary link that `placeStagedLink` renames.
    public func stageLink(_ name: String, target: String) throws(SystemError) {
        let temporary = name + ".next"
        if unlinkat(descriptor, temporary, 0) != 0, errno == EISDIR { try remove(temporary) }
        guard symlinkat(target, descriptor, temporary) == 0 else {
            throw SystemError("create the link", path: path + "/" + temporary)
        }
    }

    /// Completes `replaceLink` after `stageLink` by renaming the link.
    public func placeStagedLink(_ name: String, isDurable: Bool = true) throws(SystemError) {
        let temporary = name + ".next"
        if renameat(descriptor, temporary, descriptor, name) != 0 {
            guard errno == EISDIR else {
                throw SystemError("replace the link", path: path + "/" + name)
            }
            // A rename does not replace a folder. The folder is moved aside first, so that the name
            // is missing only for an instant, however large the folder is.
            let aside = name + ".old"
            try remove(aside)
            try rename(name, to: aside)
            try rename(temporary, to: name)
            try remove(aside)
        }
        if isDurable { try synchronize("") }
    }

    /// Removes a file, or a folder with its contents; links are removed, never followed.
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

    /// Removes one file. A folder of that name stays, and a missing file is no error.
    public func removeFile(_ relative: String) throws(SystemError) {
        if unlinkat(descriptor, relative, 0) == 0 { return }
        guard [ENOENT, EISDIR, ENOTDIR, ENAMETOOLONG].contains(errno) else {
            throw SystemError("remove", path: path + "/" + relative)
        }
    }

    /// Removes a folder if it is empty.
    ///
    /// - Returns: whether the folder is gone.
    public func removeFolderIfEmpty(_ relative: String) throws(SystemError) -> Bool {
        if unlinkat(descriptor, relative, AT_REMOVEDIR) == 0 { return true }
        if errno == ENOENT || errno == ENAMETOOLONG { return true }
        guard [ENOTEMPTY, EEXIST, ENOTDIR].contains(errno) else {
            throw SystemError("remove", path: path + "/" + relative)
        }
        return false
    }

    /// Makes one file's bytes, or the entries of one folder, durable; "" is this folder itself.
    ///
    /// A missing file is no error.
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

    /// Makes everything on this folder's file system durable, in one wait for any number of files.
    public func synchronize() throws(SystemError) {
        guard syncfs(descriptor) == 0 else { throw SystemError("make durable", path: path) }
    }

    /// Takes the exclusive lock on `name`, held until the result is released; nil when another
    /// process holds it.
    ///
    /// A folder or a link in the place of the lock is removed.
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
            // A lock file that was replaced in the meantime excludes no other process.
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
    /// Creates a folder with a new name below `parent`, readable only by this user.
    public convenience init(temporaryBelow parent: String, prefix: String) throws(SystemError) {
        var template = Array("\(parent)/\(prefix)XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw SystemError("create a temporary folder below", path: parent)
        }
        let bytes = template.dropLast().map { UInt8(bitPattern: $0) }
        try self.init(String(decoding: bytes, as: UTF8.self))
    }

    /// Removes this folder and its contents.
    public func removeAll() throws(SystemError) {
        for name in try names() { try remove(name) }
        guard rmdir(path) == 0 else { throw SystemError("remove", path: path) }
    }
}
