import Core
import System

/// The published site of one node: `<output>/<node>`.
///
/// ```
/// current        -> trees/a or trees/b
/// trees/a, b     two full trees of hard links: one is served, the other one is brought up to date
/// objects/ab/    the bytes of all kept releases, named by their hash
/// ledger.sqlite  which release has which files; what each page was made of
/// ```
///
/// A release is written in this order: objects and the tree that is not served, the ledger's
/// commit, and one rename of `current`. The commit decides: before it nothing has changed, and a
/// release that cannot be made is not committed; after it, missing steps are completed when the
/// site is next opened. Any failure before the rename leaves the published site as it was.
public struct SiteFolder: Sendable {
    public let path: String
    private let output: String
    private let node: String
    let root: Directory
    let ledger: Ledger
    let objects: ObjectStore

    /// Opens the folder of `node` below `output`, creating it when it does not exist.
    ///
    /// - Throws: `.badNodeID` for an id that would be the path of another folder.
    public init(output: String, node: String) throws {
        guard node.isPlainName else {
            throw Diagnostic(
                .badNodeID, "the id of the node cannot name a folder, so it has no site",
                at: .init(node: node, field: "node_id"))
        }
        (self.output, self.node) = (output, node)
        path = "\(output)/\(node)"
        root = try Directory(path, creating: true)
        for name in ["trees", "objects"] {
            try Self.requireFolder(name, in: root)
        }
        Self.restorePermissions(in: root)
        ledger = Ledger(root: root)
        objects = ObjectStore(folder: try Directory("\(path)/objects"))
    }

    /// Creates a folder of the site, replacing a file of the same name. A link to a folder
    /// elsewhere is accepted.
    ///
    /// - Throws: when a link is dangling: its volume, with the whole site, may be unmounted.
    private static func requireFolder(_ name: String, in root: Directory) throws {
        if let entry = root.entry(name), root.status(of: name)?.isFolder != true {
            if let target = root.target(ofLink: name) {
                throw Diagnostic(
                    .fileSystem, "the link '\(name)' leads to '\(target)', which is no folder",
                    at: .init(field: root.path),
                    hint: "mount the volume that has it; remove the link only if it is gone")
            }
            if entry.kind != .folder { try root.remove(name) }
        }
        try root.createFolder(name)
    }

    /// Gives folders that lack permissions those of the other folders. A user who may not change
    /// them can still read what others may read.
    private static func restorePermissions(in root: Directory) {
        let folders = (["trees", "objects"] + ReleaseTree.names).compactMap { name in
            root.entry(name).map { (name: name, entry: $0) }
        }.filter { $0.entry.kind == .folder }
        let required = folders.reduce(0o700) { $0 | $1.entry.mode & 0o055 }
        for (name, entry) in folders where entry.mode & required != required {
            try? root.setMode(name, entry.mode | required)
        }
    }

    /// Returns the release that is served now, or nil when nothing was published yet.
    public func currentRelease() throws -> Release? {
        try ledger.read { ledger in
            guard let number = try liveRelease(ledger) else { return nil }
            var release = try ledger.release(number)
            release?.isLive = true
            return release
        } ?? nil
    }

    /// Returns the kept releases, newest first.
    public func releases() throws -> [Release] {
        try ledger.read { ledger in
            let live = try liveRelease(ledger)
            return try ledger.releases().map { release in
                var release = release
                release.isLive = release.number == live
                return release
            }
        } ?? []
    }

    /// Returns the files of a kept release.
    public func manifest(of release: Int) throws -> Manifest {
        let manifest = try ledger.read { ledger in
            try ledger.release(release) == nil ? nil : ledger.manifest(of: release)
        }
        guard let manifest = manifest ?? nil else { throw notKept(release) }
        return manifest
    }

    /// Returns the hold on the site, or nil when it is not held.
    public func hold() throws -> Hold? {
        try ledger.read { ledger in
            let site = try ledger.site()
            return site.heldAt.map { Hold(release: site.current, since: $0) }
        } ?? nil
    }

    /// Returns the complete record of the newest release, read at once.
    public func state() throws -> PublishedState {
        try ledger.read { ledger in
            try ledger.database.snapshot { try ledger.state() }
        } ?? PublishedState()
    }

    /// Returns how the newest release came about as a whole.
    public func provenance() throws -> ReleaseProvenance {
        try ledger.read { try $0.provenance() } ?? ReleaseProvenance()
    }

    /// Whether the newest release has unpublished pages.
    public var hasDrafts: Bool { get throws { try provenance().hasDrafts } }

    /// Returns the recorded outlines of pages of the newest release, by page id.
    public func outlines(of ids: Set<String>) throws -> [String: String] {
        try ledger.read { ledger in
            try ledger.database.snapshot { try ledger.outlines(of: ids) }
        } ?? [:]
    }

    /// Returns why the page whose HTML is at `file` was rendered, newest first: always the last
    /// time, and every time for the kept releases.
    ///
    /// - Parameter release: leaves out later releases.
    public func reasons(route file: String, release: Int?) throws -> [RenderReason] {
        try ledger.read { try $0.reasons(file: file, until: release) } ?? []
    }

    /// Returns the pages that could not be rendered in the last build.
    public func failures() throws -> [PageFailure] {
        try ledger.read { try $0.failures() } ?? []
    }

    func notKept(_ release: Int) -> Diagnostic {
        Diagnostic(
            .usage, "release \(release) is not kept", at: .init(field: path),
            hint: releasesHint)
    }

    var releasesHint: String {
        "to list them, run: " + commandLine("releases", node: node, output: output)
    }

    /// Returns the release whose tree `current` points to, according to the tree's marker.
    func liveRelease(_ ledger: LedgerConnection) throws -> Int? {
        guard let marker = servedTree?.marker else { return nil }
        let site = try ledger.site()
        guard marker.ledger == site.identity else { return nil }
        return marker.isComplete ? marker.releases[0] : nil
    }

    /// Whether the paths of this folder and of its object store still lead to the same folders.
    public var isInPlace: Bool {
        root.isInPlace && objects.folder.isInPlace && root.status(of: "trees")?.isFolder == true
    }
}
