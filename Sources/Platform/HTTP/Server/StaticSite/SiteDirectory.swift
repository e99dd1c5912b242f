import Glibc

/// The folder of one release, held open for the time of a request.
struct SiteDirectory: ~Copyable {
    enum Entry {
        case file(OpenFile)
        case directory
        case nothing
    }

    private let descriptor: Int32

    /// Follows the symlink that `path` may be; nil when there is no such folder.
    init?(_ path: String) {
        descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor < 0 { return nil }
    }

    deinit { close(descriptor) }

    /// Opens a file name by name, so that no symlink on the way is followed.
    borrowing func open(_ path: SitePath) -> Entry {
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
        // A pipe in the folder would block the open without O_NONBLOCK.
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
