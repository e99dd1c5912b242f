public import Build
public import Bundling
import Foundation
public import PostgreSQL
public import Publishing
import System

extension TestSite {
    /// Keeps the site up to date as `watch` does: faults hold back their pages only.
    public func keeper(
        database: ConnectionTarget? = nil, cache: BundleCache = TestSite.cache,
        _ change: (inout BuildOptions) -> Void = { _ in }
    ) throws -> SiteKeeper {
        var options = BuildOptions(node: node, output: output, workers: 1)
        options.compresses = false
        options.keepsGoing = true
        change(&options)
        return try builder(database: database, cache: cache).keeper(options)
    }

    /// What the live release consists of, after every file in the served tree was found to be what
    /// the manifest says; only hashed assets of kept releases may stand beside them.
    public func liveManifest() throws -> Manifest {
        let folder = try SiteFolder(output: output, node: node)
        guard let live = try folder.currentRelease() else { return Manifest() }
        let manifest = try folder.manifest(of: live.number)
        var extra: [String] = []
        for (path, bytes) in try files() where path != ".release" {
            guard let entry = manifest.files[path] else {
                if !path.hasPrefix("assets/") { extra.append(path) }
                continue
            }
            if entry.digest != SHA256Digest(hashing: bytes) { throw WrongFile(path: path) }
        }
        if let ghost = extra.first { throw WrongFile(path: ghost) }
        let present = Set(try files().keys)
        if let missing = manifest.files.keys.first(where: { !present.contains($0) }) {
            throw WrongFile(path: missing)
        }
        return manifest
    }

    /// A file that should not be there, should be there, or has other bytes.
    public struct WrongFile: Error { public let path: String }

    /// The manifest of a build from nothing, elsewhere.
    public func cleanManifest(
        cache: BundleCache = TestSite.cache, _ change: (inout BuildOptions) -> Void = { _ in }
    ) async throws -> Manifest {
        let elsewhere = try TestFolder()
        try await build(cache: cache) {
            change(&$0)
            $0.output = elsewhere.path
            $0.keepsGoing = true
        }
        let folder = try SiteFolder(output: elsewhere.path, node: node)
        guard let live = try folder.currentRelease() else { return Manifest() }
        return try folder.manifest(of: live.number)
    }
}

extension TestSite {
    /// Path → inode and modification time of every file below the node's folder.
    public func fileStatus() throws -> [String: [Int]] {
        let root = URL(fileURLWithPath: "\(output)/\(node)")
        var found: [String: [Int]] = [:]
        let walk = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
        while let url = walk?.nextObject() as? URL {
            var status = stat()
            guard lstat(url.path, &status) == 0 else { continue }
            // Readers of the ledger share memory by this file.
            if url.lastPathComponent.hasSuffix("-shm") { continue }
            found[url.path] = [Int(status.st_ino), status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
        }
        return found
    }
}
