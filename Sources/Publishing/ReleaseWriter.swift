import Diagnostics
import Synchronization
public import SystemSupport

/// A release in the making, in the tree that is not served.
///
/// Files may be added from several tasks at once. Nothing that is served changes before `publish`.
public final class ReleaseWriter: Sendable {
    private struct State {
        var manifest = Manifest()
        var folders: Set<String> = []
    }

    private let folder: SiteFolder
    private let lock: FileLock
    /// The release that this one follows.
    public let current: SiteFolder.Release?
    private let treeName: String
    private let tree: Directory
    private let state = Mutex(State())

    init(
        folder: SiteFolder, lock: FileLock, current: SiteFolder.Release?, tree: String
    ) throws(SystemError) {
        self.folder = folder
        self.lock = lock
        self.current = current
        treeName = tree
        try folder.root.remove(tree)
        try folder.root.createFolder(tree)
        self.tree = try Directory("\(folder.path)/\(tree)")
    }

    /// Adds a file, and its compressed forms when asked.
    ///
    /// - Parameters:
    ///   - path: below the site's root; its owner has checked it.
    ///   - page: the key of the page whose HTML this is.
    ///   - effort: how hard to compress; nil leaves the compressed forms out.
    public func add(
        _ bytes: [UInt8], at path: String, page: String? = nil, effort: Compression.Effort?
    ) throws(SystemError) {
        try createParents(of: path)
        try write(bytes, at: path, page: page)
        guard let effort, Self.isCompressible(path) else { return }
        for form in [Compression.gzip, .brotli] {
            guard let compressed = form.compress(bytes, effort: effort) else { continue }
            try write(compressed, at: path + form.suffix, page: page)
        }
    }

    private func write(_ bytes: [UInt8], at path: String, page: String?) throws(SystemError) {
        let digest = SHA256Digest(hashing: bytes)
        try tree.write(bytes, to: path, modified: Self.modificationTime(of: digest))
        state.withLock {
            $0.manifest.files[path] = Manifest.Entry(digest: digest, size: bytes.count, page: page)
        }
    }

    /// Takes files of the current release over as they are: those of the given pages, and every
    /// asset, since the pages link to assets of their own release.
    ///
    /// - Returns: the keys of the pages that the current release has.
    public func carryOver(pages: Set<String>) throws(SystemError) -> Set<String> {
        guard let current, !pages.isEmpty else { return [] }
        let old = try Directory("\(folder.path)/\(current.tree)")
        var carried: Set<String> = []
        let made = Set(manifest.files.keys)
        for (path, entry) in current.manifest.files {
            if let page = entry.page, !pages.contains(page) { continue }
            // A compressed form belongs to its file: it must not stand beside a newer one.
            let form = [".gz", ".br"].first(where: path.hasSuffix)
            let original = form.map { String(path.dropLast($0.count)) }
            if made.contains(path) || original.map(made.contains) == true { continue }
            if let page = entry.page { carried.insert(page) }
            try createParents(of: path)
            try tree.link(from: old, path, to: path)
            state.withLock { $0.manifest.files[path] = entry }
        }
        return carried
    }

    private func createParents(of path: String) throws(SystemError) {
        var end = path.startIndex
        while let slash = path[end...].firstIndex(of: "/") {
            let parent = String(path[..<slash])
            // Two tasks may both find a folder missing; creating one that exists is fine.
            if !state.withLock({ $0.folders.contains(parent) }) {
                try tree.createFolder(parent)
                state.withLock { _ = $0.folders.insert(parent) }
            }
            end = path.index(after: slash)
        }
    }

    /// The manifest of what was added so far.
    public var manifest: Manifest { state.withLock { $0.manifest } }

    /// How a release ended.
    public enum Outcome: Sendable, Hashable {
        case published(release: Int)
        /// The files are those of the current release; nothing was changed.
        case unchanged(release: Int)
    }

    /// Makes the release durable and current; what is served changes by one rename.
    public func publish() throws -> Outcome {
        let manifest = manifest
        if let current, current.manifest == manifest {
            try discard()
            return .unchanged(release: current.number)
        }
        let number = try nextNumber()
        let name = "releases/\(number)"
        try tree.write(Array("\(number)".utf8), to: SiteFolder.marker)
        try folder.root.remove(name)
        try folder.root.write(manifest.text, to: name)
        try folder.root.synchronize()
        try folder.root.replaceLink("current", target: treeName)
        return .published(release: number)
    }

    /// One more than the highest that was ever kept, so that a number never names two releases.
    private func nextNumber() throws(SystemError) -> Int {
        let kept = try folder.root.names(in: "releases").compactMap { Int($0) }.max() ?? 0
        return max(kept, current?.number ?? 0) + 1
    }

    /// Removes what was written; the published site is unchanged.
    public func discard() throws { try folder.root.remove(treeName) }

    /// A time that follows from the content: servers make their validators of time and length, and
    /// two releases of a file must never share both. Between 2001 and 2018.
    static func modificationTime(of digest: SHA256Digest) -> Int {
        978_307_200 + Int(digest.prefix % (1 << 29))
    }

    static func isCompressible(_ path: String) -> Bool {
        guard let dot = path.lastIndex(of: ".") else { return false }
        return ["html", "css", "js", "svg", "json", "xml", "txt", "webmanifest"].contains(
            path[path.index(after: dot)...])
    }
}
