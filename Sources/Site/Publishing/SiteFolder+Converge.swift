import Core
import System

/// Brings the folder to the state that the ledger records. The caller holds the site's lock.
extension SiteFolder {
    /// The tree that `current` points to; nil before the first release.
    var servedTree: ReleaseTree? {
        root.target(ofLink: "current").flatMap { target in
            ReleaseTree.names.first { $0 == target }.map(tree)
        }
    }

    /// The tree that is not served and may be changed.
    var spareTree: ReleaseTree {
        tree(ReleaseTree.names.first { $0 != servedTree?.name } ?? ReleaseTree.names[0])
    }

    /// Removes the contents of the tree that is not served.
    func clearSpareTree() throws -> TreeChanges {
        try spareTree.clear()
        return try spareTree.changes()
    }

    func tree(_ name: String) -> ReleaseTree {
        ReleaseTree(root: root, name: name, objects: objects)
    }

    /// The oldest release of which a tree holds any files; a tree without a marker holds none.
    var oldestReleaseInTrees: Int {
        ReleaseTree.names.compactMap { tree($0).marker?.releases.first }.min() ?? .max
    }

    /// Serves the release that the ledger calls current, and removes the ledger's garbage.
    ///
    /// Does nothing when the folder is in order. Completes a release that a crash interrupted, at
    /// any instruction. When the release cannot be made, the served one stays and becomes the
    /// current one again.
    ///
    /// - Parameter isPrepared: whether the spare tree has just received the files of that release
    ///   and the link to it is staged. Errors are then thrown, because the next call may complete
    ///   the release.
    /// - Returns: the faults of a release that could not be made.
    @discardableResult
    func converge(isPrepared: Bool = false) throws -> [FolderFault] {
        try ledger.write { ledger in
            let site = try ledger.site()
            guard site.current > 0 else { return [] }
            var faults: [FolderFault] = []
            let live = try liveRelease(ledger)
            if live != site.current {
                do {
                    try serve(site.current, isPrepared: isPrepared, ledger)
                } catch let error where !isPrepared {
                    guard let fault = try stepBack(from: site, to: live, error, ledger) else {
                        return []
                    }
                    faults.append(fault)
                }
            }
            let garbage = try ledger.garbage()
            for name in ReleaseTree.names { try tree(name).remove(garbage.paths) }
            for digest in garbage.objects { try objects.remove(digest) }
            return faults
        }
    }

    private static let link = "current"

    /// Creates the link that is renamed to `current` when the tree is served.
    func stageLink(to tree: ReleaseTree) throws { try root.stageLink(Self.link, target: tree.name) }

    private func serve(
        _ release: Int, isPrepared: Bool, _ ledger: LedgerConnection
    ) throws {
        let tree = spareTree
        if isPrepared {
            try tree.confirm(release, ledger: ledger)
        } else {
            try tree.bring(to: release, ledger: ledger)
        }
        // If the marker does not reach the disk with the link, the work is only repeated.
        if !isPrepared { try stageLink(to: tree) }
        try root.placeStagedLink(Self.link)
        // Version 0.1 kept its manifests there.
        if root.exists("releases") { try root.remove("releases") }
    }

    /// Makes the served release the current one, because the intended one cannot be made.
    ///
    /// - Returns: nil when the ledger knows no served release and the cause is lost bytes, which
    ///   the next release replaces.
    private func stepBack(
        from site: SiteRow, to live: Int?, _ error: any Error, _ ledger: LedgerConnection
    ) throws -> FolderFault? {
        if error is SQLiteError { throw error }
        guard let live, try ledger.release(live) != nil else {
            if try ledger.hasLostFiles, (error as? DamagedFolder)?.lost != nil { return nil }
            throw error
        }
        let reason = (error as? any DiagnosedError)?.diagnostic.message ?? "\(error)"
        let fault = FolderFault(
            path: spareTree.name,
            problem: "cannot hold release \(site.current) (\(reason))", remedy: .steppedBack)
        try ledger.database.transaction {
            try ledger.setCurrent(live, heldAt: site.heldAt)
            try ledger.record([fault], at: wallClockMilliseconds())
        }
        return fault
    }

    /// Opens the ledger for writing, and completes an interrupted release.
    ///
    /// - Returns: the faults of a release that could not be completed.
    @discardableResult
    func prepare() throws -> [FolderFault] {
        try openLedger()
        let faults = try converge()
        guard objects.wasInterrupted else { return faults }
        try ledger.write { ledger in
            try objects.sweep(isKept: ledger.refers)
        }
        try objects.endWriting()
        return faults
    }

    /// Opens the ledger for writing, and checks that it is consistent in itself and with the trees.
    func openLedger() throws {
        if root.entry(Ledger.name) == nil {
            // Objects without a ledger belong to no release.
            try objects.beginWriting()
        }
        try ledger.open(after: { highestFormerNumber })
        try ledger.write { ledger in
            let site = try ledger.site()
            let markers = ReleaseTree.names.compactMap { tree($0).marker }
                .filter { $0.ledger == site.identity }
            guard markers.allSatisfy({ $0.releases.allSatisfy { $0 <= site.newest } }) else {
                throw DamagedFolder(
                    message: "the ledger has lost its newest releases", path: ledger.database.path)
            }
            if let contradiction = try ledger.contradictionOfNumbers() {
                throw DamagedFolder(
                    message: "the ledger contradicts itself: \(contradiction)",
                    path: ledger.database.path)
            }
        }
    }

    /// The highest release number found in the folder without a ledger.
    private var highestFormerNumber: Int {
        let manifests = ((try? root.names(in: "releases")) ?? []).compactMap { Int($0) }
        let markers = ReleaseTree.names.flatMap { tree($0).marker?.releases ?? [] }
        return (manifests + markers).max() ?? 0
    }

    /// Removes an unreadable ledger and creates a new one. The served site stays until the next
    /// release.
    ///
    /// - Parameter overHold: whether to do so even when the site is held at a release, which a new
    ///   ledger does not record.
    func startAfresh(overHold: Bool) throws {
        let former = ledger.remainder()
        if !overHold, let former, former.heldAt != nil {
            throw DamagedFolder(
                message: "the ledger is damaged, and the site is held at release "
                    + "\(former.current), which a new one would forget",
                path: path + "/" + Ledger.name)
        }
        let number = max(highestFormerNumber, former?.newest ?? 0)
        try ledger.remove()
        // From here on no existing object is trusted.
        try objects.beginWriting()
        try ledger.open(after: { number })
    }

    /// Whether an error means that this folder must be repaired.
    public func isDamage(_ error: any Error) -> Bool {
        // A file missing elsewhere is not damage to this folder.
        if let error = error as? SystemError, error.path?.hasUTF8Prefix(path + "/") != true {
            return false
        }
        return Self.isDamage(error)
    }

    static func isDamage(_ error: any Error) -> Bool {
        switch error {
        case let error as SQLiteError: error.isDamage
        case let error as SystemError: error.isNotFound || error.isMisplaced
        case let error as DamagedFolder: !error.isNewer
        default: false
        }
    }
}
