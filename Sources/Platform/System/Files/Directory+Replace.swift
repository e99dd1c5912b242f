import Glibc
import Synchronization

extension Directory {
    private static let written = Atomic<Int>(0)

    /// The prefix of the names of unfinished files. A crash can leave such a file behind.
    public static let unfinishedPrefix = ".unfinished-"

    /// Writes a complete file, replacing one of that name atomically: a reader sees the old bytes
    /// or the new.
    ///
    /// Not durable: after a power failure the file may be missing or hold garbage.
    public func replace(_ name: String, with bytes: [UInt8]) throws(SystemError) {
        let number = Self.written.add(1, ordering: .relaxed).newValue
        let temporary = "\(Self.unfinishedPrefix)\(getpid())-\(number)"
        do throws(SystemError) {
            try write(bytes, to: temporary)
            guard Glibc.rename(path + "/" + temporary, path + "/" + name) == 0 else {
                throw SystemError("replace the file", path: path + "/" + name)
            }
        } catch {
            unlink(path + "/" + temporary)
            throw error
        }
    }

    /// Sets a file's modification time to now, which marks it as used.
    public func touch(_ name: String) throws(SystemError) {
        guard utimensat(AT_FDCWD, path + "/" + name, nil, 0) == 0 else {
            throw SystemError("set the time of", path: path + "/" + name)
        }
    }

    /// Returns the status of a file below this folder; nil when it does not exist.
    public func status(of relative: String) -> FileStatus? {
        FileStatus(path: path + "/" + relative)
    }

    /// Creates the symbolic link `name` to `target`; the name must be free.
    public func createLink(_ name: String, target: String) throws(SystemError) {
        guard symlink(target, path + "/" + name) == 0 else {
            throw SystemError("create the link", path: path + "/" + name)
        }
    }
}
