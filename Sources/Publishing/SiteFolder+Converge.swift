import SQLite
import SystemSupport

/// Making true what the ledger says. The caller holds the site's lock.
extension SiteFolder {
    /// The tree that `current` points to; nil before the first release.
    var servedTree: SiteTree? {
        root.target(ofLink: "current").flatMap { target in
            SiteTree.names.first { $0 == target }.map(tree)
        }
    }

    /// The tree that may be changed.
    var spareTree: SiteTree {
        tree(SiteTree.names.first { $0 != servedTree?.name } ?? SiteTree.names[0])
    }

    /// Removes what the tree that is not served holds.
    func clearSpareTree() throws -> TreeChanges {
        try spareTree.clear()
        return try spareTree.changes()
    }

    private func tree(_ name: String) -> SiteTree {
        SiteTree(root: root, name: name, objects: objects)
    }

    /// The oldest release of which a tree holds anything; a tree that will be made anew holds none.
    var oldestReleaseInTrees: Int {
        SiteTree.names.compactMap { tree($0).marker?.releases.first }.min() ?? .max
    }

    /// Serves the release that the ledger calls current, and removes what it calls garbage.
    ///
    /// It does nothing when all is as it should be. A crash at any instruction of a release is
    /// mended by it.
    ///
    /// - Parameter isFilled: the spare tree was filled with that release just now.
    func converge(isFilled: Bool = false) throws {
        try ledger.write { ledger in
            let site = try ledger.site()
            guard site.current > 0 else { return }
            if try liveRelease(ledger) != site.current {
                let tree = spareTree
                if isFilled {
                    try tree.confirm(site.current, ledger: ledger)
                } else {
                    try tree.bring(to: site.current, ledger: ledger)
                }
                // A marker that does not reach the disk with it costs a repetition, no more.
                try root.replaceLink("current", target: tree.name)
                // Version 0.1 kept its manifests there.
                if root.exists("releases") { try root.remove("releases") }
            }
            let garbage = try ledger.garbage()
            for name in SiteTree.names { try tree(name).remove(garbage.paths) }
            for digest in garbage.objects { try objects.remove(digest) }
        }
    }

    /// Opens the ledger for writing, and mends what an interrupted release left.
    func prepare() throws {
        if root.identity(of: SiteLedger.name) == nil {
            // Objects that are there without a ledger belong to nobody.
            try objects.beginWriting()
        }
        try ledger.open(after: { highestFormerNumber })
        try converge()
        guard objects.wasInterrupted else { return }
        try ledger.write { ledger in
            try objects.sweep(isKept: ledger.refers)
        }
        try objects.endWriting()
    }

    /// The highest number that releases have by what is left of them without a ledger.
    private var highestFormerNumber: Int {
        let manifests = ((try? root.names(in: "releases")) ?? []).compactMap { Int($0) }
        let markers = SiteTree.names.flatMap { tree($0).marker?.releases ?? [] }
        return (manifests + markers).max() ?? 0
    }

    /// Removes a ledger that cannot be read. What is served stays, until the next release.
    func startAfresh() throws {
        let number = highestFormerNumber
        try ledger.remove()
        // No object is trusted from here on.
        try objects.beginWriting()
        try ledger.open(after: { number })
    }

    /// Whether an error says that only making the ledger and the trees anew helps.
    static func isDamage(_ error: any Error) -> Bool {
        switch error {
        case let error as SQLiteError: error.isDamage
        case let error as SystemError: error.isNotFound || error.isMisplaced
        default: error is SiteDamage
        }
    }
}
