import Diagnostics
import SystemSupport

/// The published site of one node: `<output>/<node>`.
///
/// ```
/// current      -> trees/a or trees/b
/// trees/a, b   two full trees: one is served, the other is where the next release is made
/// releases/N   the manifest of release N
/// ```
///
/// A release is written aside and made durable; then one rename makes it the current one. Whatever
/// happens before that rename leaves the published site as it was.
public struct SiteFolder: Sendable {
    public let path: String
    let root: Directory

    /// Opens the folder of `node` below `output`, creating it when it does not exist.
    public init(output: String, node: String) throws {
        path = "\(output)/\(node)"
        root = try Directory(path, creating: true)
        try root.createFolder("trees")
        try root.createFolder("releases")
    }

    /// The release that is served.
    public struct Release: Sendable {
        public var number: Int
        public var manifest: Manifest
        /// `trees/a` or `trees/b`.
        public var tree: String
    }

    /// The release that is served now, or nil when nothing was published yet.
    public func currentRelease() throws -> Release? {
        guard let tree = root.target(ofLink: "current"), Self.trees.contains(tree) else {
            return nil
        }
        // The tree names its own release, so that link, tree and number can never disagree.
        guard let text = try? root.read("\(tree)/\(Self.marker)", limit: 64),
            let number = Int(String(decoding: text, as: UTF8.self))
        else { return nil }
        let name = "releases/\(number)"
        let bytes = try root.read(name, limit: 1 << 30)
        return Release(
            number: number, manifest: try Manifest(parsing: bytes, file: "\(path)/\(name)"),
            tree: tree)
    }

    /// Begins the release that follows the current one.
    ///
    /// Which release is current is read under the lock: read earlier, a build that published in
    /// between would have its tree, which is served by then, taken for the spare one.
    ///
    /// - Parameter overDamage: goes on as after no release when that of the current one cannot be read.
    /// - Throws: a diagnostic when another build of this node is under way.
    public func beginRelease(overDamage: Bool = false) throws -> ReleaseWriter {
        guard let lock = try root.lock("lock") else {
            throw Diagnostic(
                .fileSystem, "another build of this site is under way", at: .init(field: path),
                hint: "wait until it has ended")
        }
        let current = overDamage ? try? currentRelease() : try currentRelease()
        // What the link says is served, whatever is known of that release.
        let tree = root.target(ofLink: "current") == Self.trees[0] ? Self.trees[1] : Self.trees[0]
        return try ReleaseWriter(folder: self, lock: lock, current: current, tree: tree)
    }

    static let trees = ["trees/a", "trees/b"]
    /// A dot file: servers refuse those.
    static let marker = ".release"
}
