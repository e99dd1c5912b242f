import System

/// Examines single files of a tree.
struct FileExaminer {
    private let root: Directory
    private let tree: ReleaseTree
    private let objects: ObjectStore
    private let modes: TreeModes
    /// Folders that have passed the check.
    private var folders: Set<String> = [""]

    init(site: SiteFolder, tree: ReleaseTree) {
        root = site.root
        self.tree = tree
        objects = site.objects
        modes = TreeModes(of: site)
    }

    /// Whether a file, a folder above it or its object may be damaged; a cheap check.
    mutating func isSuspicious(
        _ expected: ExpectedFile, readsBytes: Bool, looksAtObject: Bool
    ) -> Bool {
        let file = expected.file
        let parent = TreeChanges.parent(of: file.path)
        if !folders.contains(parent) {
            guard TreeChanges.folders(above: file.path).allSatisfy(isFolder) else { return true }
            folders.insert(parent)
        }
        let path = "\(tree.name)/\(file.path)"
        guard let entry = root.entry(path),
            ObjectStore.isIntact(entry, file.digest, size: expected.size),
            entry.mode & modes.file == modes.file
        else { return true }
        if looksAtObject, !objects.has(file.digest, size: expected.size) { return true }
        return readsBytes && root.digest(of: path, size: expected.size) != file.digest
    }

    private func isFolder(_ path: String) -> Bool {
        if folders.contains(path) { return true }
        guard let entry = root.entry("\(tree.name)/\(path)") else { return false }
        return entry.kind == .folder && entry.mode & modes.folder == modes.folder
    }

    /// Returns the faults of a file and of the folders above it.
    func findings(of expected: ExpectedFile) -> [TreeWalk.Finding] {
        var findings: [TreeWalk.Finding] = []
        for folder in TreeChanges.folders(above: expected.file.path) {
            guard let entry = root.entry("\(tree.name)/\(folder)") else { break }
            if entry.kind != .folder {
                findings.append(.init(path: folder, problem: "is no folder", isStray: true))
                break
            }
            if entry.mode & modes.folder != modes.folder {
                findings.append(
                    .init(
                        path: folder, problem: "has other permissions",
                        mode: entry.mode | modes.folder))
            }
        }
        let isReachable = !findings.contains(where: \.isStray)
        let path = "\(tree.name)/\(expected.file.path)"
        let entry = isReachable ? root.entry(path) : nil
        let isReadable = entry.map { $0.mode & modes.file == modes.file } ?? true
        if let problem = expected.problem(of: entry, at: path, in: root)
            ?? (isReadable ? nil : "has other permissions")
        {
            findings.append(
                .init(
                    path: expected.file.path, problem: problem, file: expected.file,
                    page: expected.page,
                    mode: isReadable ? nil : entry.map { $0.mode | modes.file }))
        }
        return findings
    }
}
