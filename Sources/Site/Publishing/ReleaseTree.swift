import Glibc
import System

/// One of the two trees of a site: the folder that a web server sees while `current` points to it.
///
/// A release is built in the tree that is not served. A request from just before the swap may still
/// read that tree, so a file whose content changes in the next release is replaced by one rename.
struct ReleaseTree: Sendable {
    static let names = ["trees/a", "trees/b"]
    /// Above this number, one wait for the whole file system is cheaper than one for each folder.
    static let synchronizedFolders = 64
    /// A tree that this many unfinished releases have changed is filled from scratch.
    private static let unfinishedReleases = 8
    /// Above this number, a draft's paths are certainly too many for a marker.
    private static let draftedPaths = 64

    let root: Directory
    let name: String
    let objects: ObjectStore

    /// What the tree's marker says that it holds; nil without a marker.
    var marker: TreeMarker? {
        root.target(ofLink: markerPath).flatMap(TreeMarker.init)
    }

    var markerPath: String { "\(name)/\(TreeMarker.name)" }

    private func write(_ marker: TreeMarker) throws(SystemError) {
        try root.replaceLink(markerPath, target: marker.text, isDurable: false)
    }

    /// Makes this tree hold the committed `release`, whatever it holds now. An interrupted change
    /// is repeated.
    func bring(to release: Int, ledger: LedgerConnection) throws {
        let site = try ledger.site()
        let done = TreeMarker(
            releases: [release], newest: site.newest, ledger: site.identity)
        if marker == done { return }
        if var marker = try usableMarker(ledger) {
            let releases = Set(marker.releases).subtracting([release])
            marker.releases = releases.union([release]).sorted()
            // A marker without a draft's paths would describe the tree as a mere mixture of
            // releases.
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

    /// Puts the files of `release`, which is not committed yet, into this tree; `confirm` later
    /// records the commit.
    ///
    /// Until then the marker lists the paths that may have the draft's files. When they are too
    /// many, the tree has no marker: discarding the draft then costs filling the tree again.
    ///
    /// - Parameter marker: the tree's usable marker.
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

    /// Returns the paths that change when the tree is brought to `release`; empty when they are too
    /// many.
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

    /// Returns the marker if it tells what the tree holds and the ledger can compare that with
    /// other releases.
    func usableMarker(_ ledger: LedgerConnection) throws -> TreeMarker? {
        let site = try ledger.site()
        guard let marker, marker.ledger == site.identity,
            marker.releases.count < Self.unfinishedReleases,
            try marker.releases.allSatisfy(ledger.canCompare)
        else { return nil }
        return marker
    }

    /// Records durably that the files at these paths may have any content.
    func distrust(_ paths: [String]) throws {
        guard !paths.isEmpty, var marker else { return }
        marker.drafted = Set(marker.drafted).union(paths).sorted()
        if marker.fits { try write(marker) } else { try root.remove(markerPath) }
        try root.synchronize(name)
    }

    /// Removes everything in the tree, its marker first.
    func clear() throws {
        try root.remove(markerPath)
        try root.remove(name)
        try root.createFolder(name)
    }

    /// Puts the files of the release into the tree, which has no files. The tree has no marker
    /// afterwards: until the release is committed, its contents must not be taken for a release.
    ///
    /// - Parameter hasFolders: whether the folders of most files exist.
    func fill(
        with release: Int, ledger: LedgerConnection, hasFolders: Bool = false
    ) throws {
        try update(
            from: [0], newest: 0, to: release, ledger: ledger, lacksFolders: !hasFolders)
    }

    func changes() throws(SystemError) -> TreeChanges {
        TreeChanges(tree: try Directory("\(root.path)/\(name)"), objects: objects)
    }

    /// Records that the tree, which was just built, holds the release that was committed since.
    func confirm(_ release: Int, ledger: LedgerConnection) throws {
        let site = try ledger.site()
        try write(
            TreeMarker(releases: [release], newest: site.newest, ledger: site.identity))
    }

    /// - Parameter releases: the releases of which the tree may hold parts; 0 is the empty one.
    /// - Parameter newest: the last release whose immutable files the tree has.
    /// - Parameter drafted: paths that may have any content.
    /// - Parameter lacksFolders: whether most folders are missing.
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
                // Files of the same folder are consecutive.
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

    /// Puts some files of `release`, which the tree holds, in place again.
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

    /// Places the files that were obstructed or whose object is missing.
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
        // Another program has just put something in the way.
        if let file = changes.takeObstructed().first {
            throw SystemError(
                "place the file", path: "\(root.path)/\(name)/\(file.path)", number: EEXIST)
        }
    }

    /// Removes what obstructs a folder or a file of the release and is not part of the release.
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

    /// Rewrites a missing object from a file of a tree that has its bytes.
    private func recover(_ file: TreeFile, ledger: LedgerConnection) throws {
        if let bytes = try Self.bytes(of: file.digest, below: root, ledger) {
            return try objects.restore(bytes, digest: file.digest)
        }
        throw DamagedFolder(
            message: "the bytes of '\(file.path)' are missing from the object store",
            path: objects.folder.path + "/" + ObjectStore.path(of: file.digest),
            lost: file.digest)
    }

    /// Returns the bytes of an object from a file of a tree that still has them.
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
