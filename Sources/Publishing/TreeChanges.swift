import Synchronization
import SystemSupport
import UTF8Text

/// Changes to one tree, and the folders that they touched.
///
/// Every change may be done again, and several threads may work on different paths at once.
final class TreeChanges: Sendable {
    private let tree: Directory
    private let objects: ObjectStore
    /// Nil when they are too many to be made durable one by one.
    private let touched = Mutex<Set<String>?>([])

    init(tree: Directory, objects: ObjectStore) {
        self.tree = tree
        self.objects = objects
    }

    /// Gives an object its path, in the place of what has it now.
    func place(_ file: TreeFile) throws {
        let parent = Self.parent(of: file.path)
        touch(parent)
        do throws(SystemError) {
            try link(file, parent: parent)
        } catch {
            if error.isNotFound {
                if !parent.isEmpty { try createFolder(parent) }
            } else if error.isTooManyLinks {
                try objects.renew(file.digest)
            } else {
                throw error
            }
            try linkAgain(file, parent: parent)
        }
    }

    private func linkAgain(_ file: TreeFile, parent: String) throws {
        do throws(SystemError) {
            try link(file, parent: parent)
        } catch {
            guard error.isNotFound else { throw error }
            throw SiteDamage(
                message: "the bytes of '\(file.path)' are missing from the object store",
                path: objects.folder.path + "/" + ObjectStore.path(of: file.digest))
        }
    }

    private func link(_ file: TreeFile, parent: String) throws(SystemError) {
        try tree.link(
            from: objects.folder, ObjectStore.path(of: file.digest), over: file.path,
            temporary: Self.temporaryPath(for: file.path, parent: parent))
    }

    /// The same for the same path, so that what is left by an interrupted change is found again.
    private static func temporaryPath(for path: String, parent: String) -> String {
        let name = ".next-\(SHA256Digest(hashing: path).hex(16))"
        return parent.isEmpty ? name : "\(parent)/\(name)"
    }

    /// Takes the file from the path, and then the folders above it that are empty.
    func remove(_ path: String) throws(SystemError) {
        // What stands there in its place, after an interrupted change, is none of this.
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
        guard let folders = touched.withLock({ $0 }) else { return try tree.synchronize() }
        for folder in folders.sorted() { try tree.synchronize(folder) }
    }

    /// Creates a folder and those above it; one that exists is fine.
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

    private func touch(_ folder: String) {
        touched.withLock { folders in
            folders?.insert(folder)
            if let count = folders?.count, count > SiteTree.synchronizedFolders { folders = nil }
        }
    }

    /// The folder of a file; "" when it lies at the root.
    static func parent(of path: String) -> String {
        path.lastUTF8Index(of: "/").map { String(path[..<$0]) } ?? ""
    }
}
