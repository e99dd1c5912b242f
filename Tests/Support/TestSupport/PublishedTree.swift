import Foundation
public import Publishing
import System

/// The content of a published tree, for tests to compare.
public enum PublishedTree {
    public struct Fault: Error, CustomStringConvertible {
        public var description: String
    }

    /// Path → bytes of every file, but the tree's own marker.
    public static func files(at path: String) throws -> [String: [UInt8]] {
        let root = URL(fileURLWithPath: path).resolvingSymlinksInPath()
        guard let walk = FileManager.default.enumerator(atPath: root.path) else {
            throw Fault(description: "\(path) cannot be read")
        }
        var files: [String: [UInt8]] = [:]
        while let name = walk.nextObject() as? String {
            let type = walk.fileAttributes?[.type] as? FileAttributeType
            guard type == .typeRegular, name != ".release" else { continue }
            files[name] = Array(try Data(contentsOf: root.appending(path: name)))
        }
        return files
    }

    public static func texts(at path: String) throws -> [String: String] {
        try files(at: path).mapValues { String(decoding: $0, as: UTF8.self) }
    }

    /// Looks whether `current` is one complete release: every file of its manifest with exactly its
    /// bytes, and beside them only files of releases that are known.
    ///
    /// - Parameter isSettled: false allows any file beside them: a release was interrupted, and
    ///   nobody has opened the site since.
    /// - Returns: the release, or nil when nothing is served.
    @discardableResult
    public static func verify(_ folder: SiteFolder, isSettled: Bool = true) throws -> Int? {
        guard let release = try folder.currentRelease() else {
            guard !FileManager.default.fileExists(atPath: folder.path + "/current") else {
                throw Fault(description: "what is served is no release that the ledger knows")
            }
            return nil
        }
        let manifest = try verify(
            folder, tree: "current", release: release.number, isSettled: isSettled)
        guard manifest.buildHash == release.buildHash, manifest.pageCount == release.pages,
            manifest.files.count == release.files, manifest.byteCount == release.bytes
        else { throw Fault(description: "release \(release.number) was counted wrongly") }
        return release.number
    }

    /// Looks whether one tree is complete.
    @discardableResult
    public static func verify(
        _ folder: SiteFolder, tree: String, release: Int, isSettled: Bool = true
    ) throws -> Manifest {
        let manifest = try folder.manifest(of: release)
        var files = try files(at: "\(folder.path)/\(tree)")
        for (path, entry) in manifest.files {
            guard let bytes = files.removeValue(forKey: path) else {
                throw Fault(description: "release \(release) in \(tree) lacks \(path)")
            }
            guard SHA256Digest(hashing: bytes) == entry.digest, bytes.count == entry.size else {
                throw Fault(description: "release \(release) in \(tree) has another \(path)")
            }
        }
        if !files.isEmpty, isSettled {
            // A tree may hold on to a release for one longer than it is kept.
            let newest = try folder.releases().first?.number ?? 0
            let kept = (0...newest).compactMap { try? folder.manifest(of: $0) }
            for path in files.keys where !kept.contains(where: { $0.files[path] != nil }) {
                throw Fault(description: "release \(release) in \(tree) has a stray \(path)")
            }
        }
        return manifest
    }
}
