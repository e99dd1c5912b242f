import Glibc
import Synchronization

extension Directory {
    private static let written = Atomic<Int>(0)

    /// What the names of unfinished files begin with; a crash can leave one behind.
    public static let unfinishedPrefix = ".unfinished-"

    /// Writes a file whole, over one of that name: a reader sees the old bytes or the new.
    ///
    /// Not durable: after a power cut the file may be gone, or hold garbage.
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

    /// Sets a file's time of change to now, so that it counts as used.
    public func touch(_ name: String) throws(SystemError) {
        guard utimensat(AT_FDCWD, path + "/" + name, nil, 0) == 0 else {
            throw SystemError("set the time of", path: path + "/" + name)
        }
    }

    /// What is known of a file below this folder; nil when it is not there.
    public func status(of relative: String) -> FileStatus? {
        FileStatus(path: path + "/" + relative)
    }

    /// Makes `name` a symbolic link to `target`; nothing of that name may exist.
    public func createLink(_ name: String, target: String) throws(SystemError) {
        guard symlink(target, path + "/" + name) == 0 else {
            throw SystemError("create the link", path: path + "/" + name)
        }
    }
}
