import SystemSupport

/// One of the two trees of a site: the folder that a web server sees while `current` points to it.
///
/// A tree is only changed while it is not served. But a request that came just before the swap may
/// still read it: a file that has another content in the next release is replaced by one rename.
struct SiteTree: Sendable {
    static let names = ["trees/a", "trees/b"]
    /// Above that, one wait for the whole file system is cheaper than one a folder.
    static let synchronizedFolders = 64
    /// A tree that was so often left half done is made anew.
    private static let unfinishedReleases = 8

    let root: Directory
    let name: String
    let objects: ObjectStore

    /// What the tree says that it holds; nil when it does not say so.
    var marker: TreeMarker? {
        root.target(ofLink: markerPath).flatMap(TreeMarker.init)
    }

    private var markerPath: String { "\(name)/\(TreeMarker.name)" }

    private func write(_ marker: TreeMarker) throws(SystemError) {
        try root.replaceLink(markerPath, target: marker.text, isDurable: false)
    }

    /// Makes this tree hold `release`, whatever it holds now. What it was interrupted in is done
    /// again.
    func bring(to release: Int, ledger: LedgerConnection) throws {
        let site = try ledger.site()
        let done = TreeMarker(
            releases: [release], newest: site.newest, ledger: site.identity)
        if marker == done { return }
        if var marker = try usableMarker(ledger) {
            let releases = Set(marker.releases).subtracting([release])
            marker.releases = releases.union([release]).sorted()
            try write(marker)
            try update(from: releases, newest: marker.newest, to: release, ledger: ledger)
        } else {
            try clear()
            try fill(with: release, ledger: ledger)
        }
        try write(done)
    }

    /// The marker, if what the tree holds is known and the ledger can compare it with others.
    private func usableMarker(_ ledger: LedgerConnection) throws -> TreeMarker? {
        guard let marker, marker.ledger == (try ledger.site().identity),
            marker.releases.count < Self.unfinishedReleases,
            try marker.releases.allSatisfy(ledger.canCompare)
        else { return nil }
        return marker
    }

    /// Whether nothing that the tree holds can be of use.
    func mustBeFilled(_ ledger: LedgerConnection) throws -> Bool {
        try usableMarker(ledger) == nil
    }

    /// Removes all that the tree holds, its marker first.
    func clear() throws {
        try root.removeFile(markerPath)
        try root.remove(name)
        try root.createFolder(name)
    }

    /// Gives the tree, which has no files, those of the release. It has no marker afterwards: until
    /// the release is committed, what it holds must not be taken for a release.
    ///
    /// - Parameter hasFolders: the folders of most files are there.
    func fill(
        with release: Int, ledger: LedgerConnection, hasFolders: Bool = false
    ) throws {
        try update(
            from: [0], newest: 0, to: release, ledger: ledger, lacksFolders: !hasFolders)
    }

    func changes() throws(SystemError) -> TreeChanges {
        TreeChanges(tree: try Directory("\(root.path)/\(name)"), objects: objects)
    }

    /// Says that the tree, which was just filled, holds the release that was committed since.
    func confirm(_ release: Int, ledger: LedgerConnection) throws {
        let site = try ledger.site()
        try write(
            TreeMarker(releases: [release], newest: site.newest, ledger: site.identity))
    }

    /// - Parameter releases: those of which the tree may hold parts; 0 is the empty one.
    /// - Parameter newest: up to which the tree has immutable files.
    /// - Parameter lacksFolders: most folders are missing.
    private func update(
        from releases: Set<Int>, newest: Int, to release: Int, ledger: LedgerConnection,
        lacksFolders: Bool = false
    ) throws {
        let changes = try changes()
        var gone = Batch<String> { paths in for path in paths { try changes.remove(path) } }
        for old in releases {
            try ledger.pathsGone(from: old, to: release) { try gone.add($0) }
        }
        try gone.finish()
        var files = Batch<TreeFile> { files in
            // The files of one folder follow each other.
            var folder = ""
            for file in files {
                let parent = TreeChanges.parent(of: file.path)
                if lacksFolders, !parent.isEmpty, parent != folder {
                    try changes.createFolder(parent)
                }
                folder = parent
                try changes.place(file)
            }
        }
        try ledger.immutableFiles(after: newest, besides: release) { try files.add($0) }
        try files.finish()
        for old in releases {
            try ledger.filesNew(in: release, after: old) { try files.add($0) }
        }
        try files.finish()
        try changes.synchronize()
    }

    /// Removes immutable files that no kept release has any more.
    func remove(_ paths: [String]) throws {
        guard !paths.isEmpty, root.exists(name) else { return }
        let changes = try changes()
        for path in paths { try changes.remove(path) }
    }
}
