import Glibc

/// The folder of one release, held open during a request.
struct ReleaseDirectory: ~Copyable {
    enum Entry {
        case file(OpenFile)
        case directory
        case nothing
    }

    private let descriptor: Int32

    /// Opens `path`, following it if it is a symlink; nil when there is no such folder.
    init?(_ path: String) {
        descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor < 0 { return nil }
    }

    deinit { close(descriptor) }

    /// Opens a file segment by segment, so that no symlink on the way is followed.
    borrowing func open(_ path: ServedPath) -> Entry {
        let names = path.fileNames
        var parent = descriptor
        for name in names.dropLast() {
            let child = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            if parent != descriptor { close(parent) }
            guard child >= 0 else { return .nothing }
            parent = child
        }
        defer { if parent != descriptor { close(parent) } }
        guard let name = names.last else { return .nothing }
        // Without O_NONBLOCK, opening a pipe in the folder would block.
        let file = openat(parent, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { return .nothing }
        var status = stat()
        if fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            close(file)
            return .directory
        }
        return OpenFile(adopting: file).map(Entry.file) ?? .nothing
    }
}
