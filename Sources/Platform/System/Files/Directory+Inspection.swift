import Glibc

extension Directory {
    /// Returns the status of the entry at `relative`; nil when it does not exist or cannot be
    /// reached.
    public func entry(_ relative: String) -> EntryStatus? {
        var status = stat()
        guard fstatat(descriptor, relative, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
        return EntryStatus(status)
    }

    /// Returns the path of `relative` with all links followed; nil when it does not exist.
    public func realPath(of relative: String) -> String? {
        guard let real = realpath(path + "/" + relative, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    /// Whether the path that was opened still leads to this folder, which may have been removed or
    /// replaced since.
    public var isInPlace: Bool {
        var (opened, named) = (stat(), stat())
        return fstat(descriptor, &opened) == 0 && stat(path, &named) == 0
            && opened.st_dev == named.st_dev && opened.st_ino == named.st_ino
    }

    /// Changes the permissions of a file or folder. A link is an error; it is not followed.
    public func setMode(_ relative: String, _ mode: UInt32) throws(SystemError) {
        let file = openat(descriptor, relative, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        if file >= 0 {
            defer { close(file) }
            guard fchmod(file, mode) == 0 else {
                throw SystemError("change the permissions of", path: path + "/" + relative)
            }
            return
        }
        // A file that its owner may not read cannot be opened first.
        guard errno == EACCES, fchmodat(descriptor, relative, mode, 0) == 0 else {
            throw SystemError("change the permissions of", path: path + "/" + relative)
        }
    }

    /// Sets a file's modification time. A link itself is changed, not followed.
    ///
    /// - Parameter time: seconds since 1970.
    public func setModified(_ relative: String, _ time: Int) throws(SystemError) {
        let times = [timespec(tv_sec: time, tv_nsec: 0), timespec(tv_sec: time, tv_nsec: 0)]
        guard utimensat(descriptor, relative, times, AT_SYMLINK_NOFOLLOW) == 0 else {
            throw SystemError("set the time of", path: path + "/" + relative)
        }
    }

    /// Returns the digest of the file's bytes; nil when it is not a regular file or has another
    /// size.
    ///
    /// Reads in pieces, so that a large file needs no large buffer.
    public func digest(of relative: String, size: Int) -> SHA256Digest? {
        let file = openat(descriptor, relative, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            Int(status.st_size) == size
        else { return nil }
        var hasher = SHA256Hasher()
        var left = size
        var chunk = [UInt8](repeating: 0, count: max(1, min(size, 1 << 18)))
        while left > 0 {
            let count = chunk.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // The file may grow or shrink while it is read.
            guard count > 0, count <= left else { return nil }
            hasher.update(chunk[..<count])
            left -= count
        }
        return hasher.finalize()
    }
}

extension EntryStatus {
    init(_ status: stat) {
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            case S_IFLNK: .link
            default: .other
            }
        size = Int(status.st_size)
        modified = status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec
        mode = status.st_mode & 0o7777
        identity = FileIdentity(
            device: UInt64(status.st_dev), number: UInt64(status.st_ino))
    }
}
