import Core
import Synchronization
import System

/// Changes to one tree, and the folders that they touched.
///
/// Every change may be repeated, and several threads may work on different paths at once.
final class TreeChanges: Sendable {
    let tree: Directory
    private let objects: ObjectStore
    /// Nil when the paths are too many to make durable one by one.
    private let touched = Mutex<Set<String>?>([])
    /// Files that are obstructed or whose object is missing.
    private let obstructed = Mutex<[TreeFile]>([])
    /// Whether the file system is known not to support hard links here.
    private let copies = Atomic<Bool>(false)

    init(tree: Directory, objects: ObjectStore) {
        self.tree = tree
        self.objects = objects
    }

    /// Puts an object at its path, replacing the file that is there.
    ///
    /// An obstructed file is set aside for `takeObstructed`: only the ledger can tell whether the
    /// obstruction may be removed.
    func place(_ file: TreeFile) throws(UnplacedFile) {
        let parent = Self.parent(of: file.path)
        touch(parent)
        do throws(SystemError) {
            do throws(SystemError) {
                try put(file, parent: parent)
            } catch {
                guard error.isNotFound, !parent.isEmpty else { throw error }
                try createFolder(parent)
                try put(file, parent: parent)
            }
        } catch {
            guard error.isNotFound || error.isMisplaced else {
                throw UnplacedFile(file: file, error: error)
            }
            obstructed.withLock { $0.append(file) }
        }
    }

    /// Returns the files that could not be placed, for the caller to place again.
    func takeObstructed() -> [TreeFile] {
        obstructed.withLock { files in
            defer { files = [] }
            return files
        }
    }

    /// Links the object, or copies it where linking is impossible.
    private func put(_ file: TreeFile, parent: String) throws(SystemError) {
        if copies.load(ordering: .relaxed) { return try copy(file, parent: parent) }
        do throws(SystemError) {
            try link(file, parent: parent)
        } catch {
            if error.lacksLinks {
                try copy(file, parent: parent)
                copies.store(true, ordering: .relaxed)
            } else if error.isTooManyLinks {
                try linkRenewed(file, parent: parent)
            } else {
                throw error
            }
        }
    }

    /// Links an object that has reached the limit of hard links, after giving it a new file.
    private func linkRenewed(_ file: TreeFile, parent: String) throws(SystemError) {
        try objects.renew(file.digest)
        do throws(SystemError) {
            try link(file, parent: parent)
        } catch {
            // Some file systems allow a file only one name.
            guard error.isTooManyLinks || error.lacksLinks else { throw error }
            try copy(file, parent: parent)
        }
    }

    private func link(_ file: TreeFile, parent: String) throws(SystemError) {
        try tree.link(
            from: objects.folder, ObjectStore.path(of: file.digest), over: file.path,
            temporary: Self.temporaryPath(for: file.path, parent: parent))
    }

    private func copy(_ file: TreeFile, parent: String) throws(SystemError) {
        let bytes = try objects.folder.read(ObjectStore.path(of: file.digest), limit: .max)
        let temporary = Self.temporaryPath(for: file.path, parent: parent)
        try tree.remove(temporary)
        do throws(SystemError) {
            try tree.write(
                bytes, to: temporary, modified: ObjectStore.modificationTime(of: file.digest))
            try tree.rename(temporary, to: file.path)
        } catch {
            _ = try? tree.remove(temporary)
            throw error
        }
        // A link shares the bytes of an object, which are durable; a copy has its own.
        touch(file.path)
    }

    /// Returns the same name for the same path, so that the remains of an interrupted change are
    /// found again.
    private static func temporaryPath(for path: String, parent: String) -> String {
        let name = ".next-\(SHA256Digest(hashing: path).hex(16))"
        return parent.isEmpty ? name : "\(parent)/\(name)"
    }

    /// Removes the file at the path, then the folders above it that are empty.
    func remove(_ path: String) throws(SystemError) {
        // After an interrupted change, a folder of that name belongs to another release.
        try tree.removeFile(path)
        var parent = Self.parent(of: path)
        touch(parent)
        while !parent.isEmpty, try tree.removeFolderIfEmpty(parent) {
            parent = Self.parent(of: parent)
            touch(parent)
        }
    }

    /// Makes all changes durable.
    func synchronize() throws(SystemError) {
        guard let paths = touched.withLock({ $0 }) else { return try tree.synchronize() }
        for path in paths.sorted() { try tree.synchronize(path) }
    }

    /// Creates the folder of a file; any obstruction is handled when the file is placed.
    func createFolder(for file: TreeFile, _ path: String) throws(UnplacedFile) {
        do throws(SystemError) {
            try createFolder(path)
        } catch {
            guard error.isMisplaced else { throw UnplacedFile(file: file, error: error) }
        }
    }

    /// Creates a folder and those above it; an existing folder is accepted.
    func createFolder(_ path: String) throws(SystemError) {
        let parent = Self.parent(of: path)
        do throws(SystemError) {
            try tree.createFolder(path)
        } catch {
            guard error.isNotFound, !parent.isEmpty else { throw error }
            try createFolder(parent)
            try tree.createFolder(path)
        }
        touch(parent)
    }

    private func touch(_ path: String) {
        touched.withLock { paths in
            paths?.insert(path)
            if let count = paths?.count, count > ReleaseTree.synchronizedFolders { paths = nil }
        }
    }

    /// Returns the folder of a file; "" for a file at the root.
    static func parent(of path: String) -> String {
        path.lastUTF8Index(of: "/").map { String(path[..<$0]) } ?? ""
    }

    /// Returns the folders above a path, from the top down, without the root itself.
    static func folders(above path: String) -> [String] {
        path.utf8.indices.filter { path.utf8[$0] == UInt8(ascii: "/") }.map { String(path[..<$0]) }
    }
}
