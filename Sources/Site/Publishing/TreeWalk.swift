import Core
import Synchronization
import System

/// A file that a tree must have.
struct ExpectedFile: Sendable {
    var file: TreeFile
    var size: Int
    var page: String?

    /// Returns the problem of the file as the end of a sentence; nil when it has none.
    ///
    /// - Parameter entry: the entry at `path`.
    func problem(of entry: EntryStatus?, at path: String, in folder: Directory) -> String? {
        guard let entry else { return "is missing" }
        guard entry.kind == .file else { return "is no file" }
        guard folder.digest(of: path, size: size) == file.digest else { return "has other bytes" }
        // Web servers derive their validators from the time.
        return ObjectStore.isIntact(entry, file.digest, size: size) ? nil : "has another time"
    }
}

/// Walks through a whole tree and compares it with its expected files.
struct TreeWalk {
    struct Finding: Sendable {
        var path: String
        var problem: String
        /// The expected file; nil for folders and for anything unexpected.
        var file: TreeFile?
        var page: String?
        var isStray = false
        /// The required permissions that the file or folder lacks.
        var mode: UInt32?
    }

    private(set) var findings: [Finding] = []
    private(set) var fileCount = 0
    private(set) var byteCount = 0
    /// Expected files that the walk has not found yet.
    private var expected: [String: ExpectedFile]
    private let folders: Set<String>
    private let tree: Directory
    private let objects: ObjectStore
    private let modes: TreeModes
    private let repairs: Bool
    /// Files of the right kind at the right place, whose bytes are still to be compared.
    private var met: [(ExpectedFile, EntryStatus)] = []

    /// - Parameter repairs: whether to add the missing permissions of folders.
    init(
        expected: [String: ExpectedFile], folder: Directory, objects: ObjectStore, modes: TreeModes,
        repairs: Bool
    ) {
        self.expected = expected
        tree = folder
        self.objects = objects
        self.modes = modes
        self.repairs = repairs
        var folders: Set<String> = []
        for path in expected.keys {
            for folder in TreeChanges.folders(above: path).reversed()
            where !folders.insert(folder).inserted {
                break
            }
        }
        self.folders = folders
    }

    mutating func run() throws {
        try walk("")
        for file in expected.values.sorted(by: { $0.file.path < $1.file.path }) {
            findings.append(
                Finding(
                    path: file.file.path, problem: "is missing", file: file.file, page: file.page))
        }
        try compare()
    }

    private mutating func walk(_ folder: String) throws {
        for name in try tree.names(in: folder) {
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            guard path != TreeMarker.name, let entry = tree.entry(path) else { continue }
            if folders.contains(path) {
                guard entry.kind == .folder else {
                    findings.append(Finding(path: path, problem: "is no folder", isStray: true))
                    continue
                }
                if entry.mode & modes.folder != modes.folder {
                    findings.append(
                        Finding(
                            path: path, problem: "has other permissions",
                            mode: entry.mode | modes.folder))
                    // Its contents cannot be compared until its owner may list and enter it.
                    if repairs {
                        try tree.setMode(path, entry.mode | modes.folder)
                    } else if entry.mode & 0o500 != 0o500 {
                        expected = expected.filter { !$0.key.hasUTF8Prefix(path + "/") }
                        continue
                    }
                }
                try walk(path)
            } else if let file = expected[path], file.file.path.isUTF8Equal(to: path) {
                expected[path] = nil
                guard entry.kind == .file else {
                    findings.append(
                        Finding(
                            path: path, problem: "is no file", file: file.file, page: file.page))
                    continue
                }
                met.append((file, entry))
            } else {
                findings.append(
                    Finding(path: path, problem: "belongs to no release", isStray: true))
            }
        }
    }

    /// Compares the bytes of all found files. A file that is a link to its object was compared with
    /// it.
    private mutating func compare() throws {
        let (met, tree, objects, mode) = (met, tree, objects, modes.file)
        let found = Mutex<(findings: [Finding], bytes: Int)>(([], 0))
        let pieces = max(1, met.count / 256)
        try concurrently(pieces) { piece in
            for index in (met.count * piece / pieces)..<(met.count * (piece + 1) / pieces) {
                let (file, entry) = met[index]
                let object = objects.folder.entry(ObjectStore.path(of: file.file.digest))
                let isObject = object?.identity == entry.identity
                let problem =
                    isObject ? nil : file.problem(of: entry, at: file.file.path, in: tree)
                let isReadable = entry.mode & mode == mode
                found.withLock { found in
                    if !isObject { found.bytes += entry.size }
                    guard problem != nil || !isReadable else { return }
                    found.findings.append(
                        Finding(
                            path: file.file.path, problem: problem ?? "has other permissions",
                            file: file.file, page: file.page,
                            mode: isReadable ? nil : entry.mode | mode))
                }
            }
        }
        let result = found.withLock { $0 }
        findings += result.findings.sorted { $0.path < $1.path }
        byteCount = result.bytes
        fileCount = met.count
        self.met = []
    }
}
