import Synchronization
import System

/// Compares all objects with their names, and both trees with their releases.
///
/// The caller holds the site's lock and has checked the ledger.
struct ContentCheck: Sendable {
    let folder: SiteFolder
    let repairs: Bool
    let progress: SiteFolder.VerifyProgress
    private(set) var faults: [FolderFault] = []
    private(set) var objectCount = 0
    private(set) var fileCount = 0
    private(set) var byteCount = 0
    private var total = 0
    /// Objects whose bytes exist nowhere.
    private var lost: Set<SHA256Digest> = []
    /// Permissions that the site's files and folders must have: those of its own folders.
    private let modes: TreeModes

    init(folder: SiteFolder, repairs: Bool, progress: @escaping SiteFolder.VerifyProgress) {
        self.folder = folder
        self.repairs = repairs
        self.progress = progress
        modes = TreeModes(of: folder)
    }

    /// Returns the check after comparing the objects.
    func withObjects(of ledger: LedgerConnection) throws -> ContentCheck {
        var check = self
        let objects = try ledger.objects()
        // The contents of a folder that cannot be entered would count as missing.
        try check.compareFolders()
        check.total = objects.count
        for tree in ReleaseTree.names.map(folder.tree) where try tree.isKnown(to: ledger) {
            check.total += try ledger.countFiles(in: tree.marker?.releases[0] ?? 0)
        }
        try check.compare(objects, ledger)
        try check.findStrayObjects(ledger)
        return check
    }

    /// Returns the check after comparing the trees, too.
    func withTrees(of ledger: LedgerConnection) throws -> ContentCheck {
        var check = self
        for tree in ReleaseTree.names.map(folder.tree) where try tree.isKnown(to: ledger) {
            try check.compare(tree, ledger)
        }
        return check
    }

    /// Checks whether the program may read and write the folders of objects.
    private mutating func compareFolders() throws {
        let store = folder.objects.folder
        for name in try store.names() where name.utf8.count == 2 {
            guard let entry = store.entry(name), entry.kind == .folder,
                entry.mode & 0o700 != 0o700
            else { continue }
            if repairs { try store.setMode(name, entry.mode | 0o700) }
            faults.append(
                FolderFault(
                    path: "objects/" + name, problem: "has other permissions",
                    remedy: repairs ? .restored : .none))
        }
    }

    private mutating func compare(
        _ objects: [StoredObject], _ ledger: LedgerConnection
    ) throws {
        let store = folder.objects
        let required = modes.file
        for start in stride(from: 0, to: objects.count, by: 1024) {
            let slice = Array(objects[start..<min(start + 1024, objects.count)])
            let found = Mutex<[(StoredObject, problem: String)]>([])
            try concurrently(slice.count) { index in
                let object = slice[index]
                guard let problem = store.problem(of: object, mode: required) else { return }
                found.withLock { $0.append((object, problem)) }
            }
            for (object, problem) in found.withLock({ $0 }).sorted(by: {
                $0.0.digest.prefix < $1.0.digest.prefix
            }) {
                try note(object, problem, ledger)
            }
            objectCount += slice.count
            byteCount += slice.reduce(0) { $0 + $1.size }
            progress(objectCount, total)
        }
    }

    private mutating func note(
        _ object: StoredObject, _ problem: String, _ ledger: LedgerConnection
    ) throws {
        let path = "objects/" + ObjectStore.path(of: object.digest)
        var fault = FolderFault(path: path, problem: problem)
        if repairs {
            (fault.remedy, fault.page) = try folder.repair(object, mode: modes.file, ledger)
        }
        if fault.remedy != .restored { lost.insert(object.digest) }
        faults.append(fault)
    }

    private mutating func findStrayObjects(_ ledger: LedgerConnection) throws {
        // The next release removes what an interrupted one wrote.
        guard !folder.objects.wasInterrupted else { return }
        let garbage = Set(try ledger.garbage().objects)
        for name in try folder.objects.strays(isKept: { digest in
            try garbage.contains(digest) || ledger.refers(to: digest)
        }) {
            if repairs { try folder.objects.folder.remove(name) }
            faults.append(
                FolderFault(
                    path: "objects/" + name, problem: "is no object of a kept release",
                    remedy: repairs ? .removed : .none))
        }
    }

    private mutating func compare(_ tree: ReleaseTree, _ ledger: LedgerConnection) throws {
        guard let marker = tree.marker else { return }
        let release = marker.releases[0]
        var walk = TreeWalk(
            expected: try ledger.treeFiles(of: release, newest: marker.newest),
            folder: try Directory("\(folder.path)/\(tree.name)"), objects: folder.objects,
            modes: modes, repairs: repairs)
        try walk.run()
        fileCount += walk.fileCount
        byteCount += walk.byteCount
        progress(objectCount + fileCount, total)
        guard !walk.findings.isEmpty else { return }
        if repairs { try tree.repair(walk.findings, lost: lost, release: release, ledger: ledger) }
        for finding in walk.findings {
            // Already reported for the object.
            if let digest = finding.file?.digest, lost.contains(digest) { continue }
            let remedy: FolderFault.Remedy = finding.isStray ? .removed : .restored
            faults.append(
                FolderFault(
                    path: "\(tree.name)/\(finding.path)", problem: finding.problem,
                    remedy: repairs ? remedy : .none, page: finding.page))
        }
    }
}

/// An object recorded in the ledger.
struct StoredObject: Sendable {
    var digest: SHA256Digest
    /// Bytes.
    var size: Int
}

/// The read permissions that files and folders must have so that a web server of another user can
/// read them: those of the site's own folders.
struct TreeModes: Sendable {
    let file: UInt32
    let folder: UInt32

    init(of site: SiteFolder) {
        let modes = (["trees", "objects"] + ReleaseTree.names).compactMap {
            site.root.entry($0)?.mode
        }
        let all = modes.reduce(0o700, |)
        file = 0o400 | all & 0o044
        folder = 0o700 | all & 0o055
    }
}
