import CLinux
import Glibc

/// The status of a file, read without its content: enough to detect a change.
public struct FileStatus: Hashable, Sendable {
    /// Bytes.
    public var size: Int
    /// Nanoseconds since 1970.
    public var modified: Int
    public var isFolder: Bool
    /// Whether it is a regular file, not a folder, pipe, socket or device.
    public var isFile: Bool

    public init(size: Int, modified: Int, isFolder: Bool = false) {
        self.size = size
        self.modified = modified
        self.isFolder = isFolder
        isFile = !isFolder
    }

    /// - Parameter path: links are followed.
    /// - Returns: nil when the file does not exist or cannot be reached.
    public init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        size = Int(status.st_size)
        // Wraps for the years before 1678 and after 2261, which some file systems can hold.
        modified = status.st_mtim.tv_sec &* 1_000_000_000 &+ status.st_mtim.tv_nsec
        isFolder = status.st_mode & S_IFMT == S_IFDIR
        isFile = status.st_mode & S_IFMT == S_IFREG
    }
}
