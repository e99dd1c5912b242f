import Glibc

/// A file opened for reading, closed with its last reference.
///
/// It gives the bytes of the file that was opened, even after another file has taken the name.
public final class OpenFile: Sendable {
    /// Identifies the bytes without reading them.
    public struct Identity: Hashable, Sendable {
        /// The size in bytes.
        public let size: Int
        /// The modification time in nanoseconds since 1970.
        public let modified: Int64
        let inode: UInt64
    }

    public let identity: Identity
    private let descriptor: Int32

    /// Takes ownership of `descriptor`, which is closed at once when it is not a regular file.
    init?(adopting descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            return nil
        }
        self.descriptor = descriptor
        identity = Identity(
            size: Int(status.st_size),
            // Wraps for the years before 1678 and after 2261, which some file systems can hold.
            modified: Int64(status.st_mtim.tv_sec) &* 1_000_000_000
                &+ Int64(status.st_mtim.tv_nsec),
            inode: UInt64(status.st_ino))
    }

    deinit { close(descriptor) }

    /// Returns the bytes of `range`; fewer when the file was truncated, nil when reading failed.
    ///
    /// The complete range is held in memory, so the caller must limit it.
    public func bytes(in range: Range<Int>) -> [UInt8]? {
        var isRead = true
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, filled in
            while filled < range.count {
                let rest = UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[filled..<range.count])
                guard let count = read(into: rest, at: range.lowerBound + filled) else {
                    isRead = false
                    return
                }
                if count == 0 { return }
                filled += count
            }
        }
        return isRead ? bytes : nil
    }

    /// Fills `buffer` from `offset`.
    ///
    /// - Returns: the number of bytes read, 0 at the end of the file, nil when reading failed.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Int? {
        while true {
            let count = pread(descriptor, buffer.baseAddress, buffer.count, offset)
            if count >= 0 { return count }
            if errno != EINTR { return nil }
        }
    }
}
