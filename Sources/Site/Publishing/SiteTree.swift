import Glibc
import System

/// One of the two trees of a site: the folder that a web server sees while `current` points to it.
///
/// A release is made in the tree that is not served. But a request that came just before the swap
/// may still read it: a file that has another content in the next release is replaced by one rename.
struct SiteTree: Sendable {
    static let names = ["trees/a", "trees/b"]
    /// Above that, one wait for the whole file system is cheaper than one a folder.
    static let synchronizedFolders = 64
    /// A tree that was left half done so often is filled from nothing.
    private static let unfinishedReleases = 8
    /// Above that, a draft's paths are certainly too many for a marker.
    private static let draftedPaths = 64

    let root: Directory
    let name: String
    let objects: ObjectStore

    /// What the tree says that it holds; nil when it does not say so.
    var marker: TreeMarker? {
        root.target(ofLink: markerPath).flatMap(TreeMarker.init)
    }

    var markerPath: String { "\(name)/\(TreeMarker.name)" }

    private func write(_ marker: TreeMarker) throws(SystemError) {
        try root.replaceLink(markerPath, target: marker.text, isDurable: false)
    }

    /// Makes this tree hold `release`, which was committed, whatever it holds now. What it was
    /// interrupted in is done again.
    func bring(to release: Int, ledger: LedgerConnection) throws {
        let site = try ledger.site()
        let done = TreeMarker(
            releases: [release], newest: site.newest, ledger: site.identity)
        if marker == done { return }
        if var marker = try usableMarker(ledger) {
            let releases = Set(marker.releases).subtracting([release])
            marker.releases = releases.union([release]).sorted()
            // Without the paths of a draft, the tree would be taken for a mixture of releases only.
            if marker.fits { try write(marker) } else { try root.remove(markerPath) }
            try update(
                from: releases, newest: marker.newest, drafted: marker.drafted, to: release,
                ledger: ledger)
        } else {
            try clear()
            try fill(with: release, ledger: ledger)
        }
        try write(done)
    }

    /// Gives this tree the files of `release`, which is not committed yet; `confirm` then says so.
    ///
    /// Until then the marker says which paths may be those of the draft. When they are too many, the
    /// tree has no marker: a draft that is discarded then costs filling the tree again.
    ///
    /// - Parameter marker: the usable one that the tree has.
    func prepare(
        _ release: Int, from marker: TreeMarker, ledger: LedgerConnection
    ) throws {
        var unfinished = marker
        unfinished.drafted = try drafted(by: release, over: marker, ledger: ledger)
        if !unfinished.drafted.isEmpty, unfinished.fits {
            try write(unfinished)
        } else {
            try root.remove(markerPath)
        }
        try update(
            from: Set(marker.releases), newest: marker.newest, drafted: marker.drafted,
            to: release, ledger: ledger)
    }

    /// The paths that bringing the tree to `release` touches; none when they are too many.
    private func drafted(
        by release: Int, over marker: TreeMarker, ledger: LedgerConnection
    ) throws -> [String] {
        var paths = Set(marker.drafted)
        for old in marker.releases {
            try ledger.pathsGone(from: old, to: release) { paths.insert($0) }
            try ledger.filesNew(in: release, after: old) { paths.insert($0.path) }
            guard paths.count <= Self.draftedPaths else { return [] }
        }
        try ledger.immutableFiles(after: marker.newest, besides: release) {
            paths.insert($0.path)
        }
        return paths.count <= Self.draftedPaths ? paths.sorted() : []
    }

    /// The marker, if what the tree holds is known and the ledger can compare it with others.
    func usableMarker(_ ledger: LedgerConnection) throws -> TreeMarker? {
        let site = try ledger.site()
        guard let marker, marker.ledger == site.identity,
            marker.releases.count < Self.unfinishedReleases,
            try marker.releases.allSatisfy(ledger.canCompare)
        else { return nil }
        return marker
    }

    /// Notes, durably, that the files at these paths may have any content.
    func distrust(_ paths: [String]) throws {
        guard !paths.isEmpty, var marker else { return }
        marker.drafted = Set(marker.drafted).union(paths).sorted()
        if marker.fits { try write(marker) } else { try root.remove(markerPath) }
        try root.synchronize(name)
    }

    /// Removes all that the tree holds, its marker first.
    func clear() throws {
        try root.remove(markerPath)
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

    /// Says that the tree, which was just made, holds the release that was committed since.
    func confirm(_ release: Int, ledger: LedgerConnection) throws {
        let site = try ledger.site()
        try write(
            TreeMarker(releases: [release], newest: site.newest, ledger: site.identity))
    }

    /// - Parameter releases: those of which the tree may hold parts; 0 is the empty one.
    /// - Parameter newest: up to which the tree has immutable files.
    /// - Parameter drafted: paths that may have any content.
    /// - Parameter lacksFolders: most folders are missing.
    private func update(
        from releases: Set<Int>, newest: Int, drafted: [String] = [], to release: Int,
        ledger: LedgerConnection, lacksFolders: Bool = false
    ) throws {
        let changes = try changes()
        do {
            var gone = Batch<String> { paths in for path in paths { try changes.remove(path) } }
            for old in releases {
                try ledger.pathsGone(from: old, to: release) { try gone.add($0) }
            }
            var known: [TreeFile] = []
            for path in drafted {
                if let file = try ledger.treeFile(at: path, in: release) {
                    known.append(file)
                } else {
                    try gone.add(path)
                }
            }
            try gone.finish()
            var files = Batch<TreeFile> { files in
                // The files of one folder follow each other.
                var folder = ""
                for file in files {
                    let parent = TreeChanges.parent(of: file.path)
                    if lacksFolders, !parent.isEmpty, parent != folder {
                        try changes.createFolder(for: file, parent)
                    }
                    folder = parent
                    try changes.place(file)
                }
            }
            for file in known { try files.add(file) }
            try ledger.immutableFiles(after: newest, besides: release) { try files.add($0) }
            try files.finish()
            for old in releases {
                try ledger.filesNew(in: release, after: old) { try files.add($0) }
            }
            try files.finish()
            try placeObstructed(of: changes, release: release, ledger: ledger)
            try changes.synchronize()
        } catch let error as UnplacedFile {
            throw try error.explained(in: release, by: ledger)
        }
    }

    /// Gives the tree, which holds `release`, some of its files again.
    func place(_ files: [TreeFile], release: Int, ledger: LedgerConnection) throws {
        let changes = try changes()
        do {
            for file in files { try changes.place(file) }
            try placeObstructed(of: changes, release: release, ledger: ledger)
            try changes.synchronize()
        } catch let error as UnplacedFile {
            throw try error.explained(in: release, by: ledger)
        }
    }

    /// Places the files that something was in the way of, or whose object is missing.
    private func placeObstructed(
        of changes: TreeChanges, release: Int, ledger: LedgerConnection
    ) throws {
        for file in changes.takeObstructed() {
            try clearWay(to: file.path, release: release, ledger: ledger, in: changes.tree)
            if !objects.isReadable(file.digest) {
                try recover(file, ledger: ledger)
            }
            try changes.place(file)
        }
        // Another program has put something in the way just now.
        if let file = changes.takeObstructed().first {
            throw SystemError(
                "place the file", path: "\(root.path)/\(name)/\(file.path)", number: EEXIST)
        }
    }

    /// Removes what is in the way of a folder or a file of the release and is not part of it.
    private func clearWay(
        to path: String, release: Int, ledger: LedgerConnection, in tree: Directory
    ) throws {
        for folder in TreeChanges.folders(above: path) {
            guard let entry = tree.entry(folder) else { break }
            if entry.kind == .folder { continue }
            if let file = try ledger.file(at: folder, in: release) {
                throw try ledger.conflict(of: file, with: path, in: release)
            }
            try tree.remove(folder)
            break
        }
        guard tree.entry(path)?.kind == .folder else { return }
        if let other = try ledger.firstFile(below: path, in: release),
            let file = try ledger.file(at: path, in: release)
        {
            throw try ledger.conflict(of: file, with: other, in: release)
        }
        try tree.remove(path)
    }

    /// Writes an object that is missing from a file of a tree that has its bytes.
    private func recover(_ file: TreeFile, ledger: LedgerConnection) throws {
        if let bytes = try Self.bytes(of: file.digest, below: root, ledger) {
            return try objects.restore(bytes, digest: file.digest)
        }
        throw SiteDamage(
            message: "the bytes of '\(file.path)' are missing from the object store",
            path: objects.folder.path + "/" + ObjectStore.path(of: file.digest),
            lost: file.digest)
    }

    /// The bytes of an object from a file of a tree that still has them.
    static func bytes(
        of digest: SHA256Digest, below root: Directory, _ ledger: LedgerConnection
    ) throws -> [UInt8]? {
        let copies = try ledger.copies(of: digest)
        for path in names.flatMap({ name in copies.paths.map { "\(name)/\($0)" } })
        where root.digest(of: path, size: copies.size) == digest {
            return try root.read(path, limit: .max)
        }
        return nil
    }

    /// Removes immutable files that no kept release has any more.
    func remove(_ paths: [String]) throws {
        guard !paths.isEmpty, root.entry(name)?.kind == .folder else { return }
        let changes = try changes()
        for path in paths { try changes.remove(path) }
    }
}
