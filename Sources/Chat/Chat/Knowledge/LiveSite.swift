import Core
import Synchronization
import System

/// The files of a node that are being served.
///
/// Reads only the tree behind the `current` link: no ledger, no lock, no writes. Read access to the
/// published files is therefore enough.
final class LiveSite: Sendable {
    let node: String
    private let folder: String
    /// The stamp and digest of each page when it was last read.
    private let known = Mutex<[String: (stamp: FileStamp, digest: SHA256Digest)]>([:])

    /// Maximum number of pages remembered in `known`.
    private static let memory = 8192
    /// Maximum size of a page in bytes; see `PageText.Limits`.
    static let pageLimit = 16 << 20

    /// - Parameter output: the folder that contains a folder for each node.
    init(output: String, node: String) {
        self.node = node
        folder = "\(output)/\(node)"
    }

    /// The tree that is being served; nil before the first release.
    func tree() -> Directory? { try? Directory(folder + "/current") }

    /// Identifies the tree that is being served and the release in it.
    func release() -> String? {
        guard let root = try? Directory(folder), let tree = root.target(ofLink: "current") else {
            return nil
        }
        return "\(tree) \(root.target(ofLink: "current/.release") ?? "")"
    }

    /// Returns the live pages by path.
    ///
    /// The next release changes the tree that is not being served, so a listing is valid only if
    /// the same tree was served from its beginning to its end.
    ///
    /// - Returns: nil when releases follow each other too quickly; empty before the first.
    func pages() -> [String: LivePage]? {
        for _ in 0..<5 {
            let before = release()
            let pages = tree().map(Self.pages) ?? [:]
            if before == release() { return pages }
        }
        return nil
    }

    private static func pages(in tree: Directory) -> [String: LivePage] {
        var pages: [String: LivePage] = [:]
        var waiting = [""]
        while let folder = waiting.popLast() {
            for name in (try? tree.names(in: folder)) ?? [] where !name.hasUTF8Prefix(".") {
                let path = folder.isEmpty ? name : folder + "/" + name
                let isCompressed = name.hasUTF8Suffix(".gz") || name.hasUTF8Suffix(".br")
                if path == "assets" || isCompressed { continue }
                if let stamp = tree.stamp(of: path) {
                    guard let route = route(of: path) else { continue }
                    pages[path] = LivePage(
                        path: path, route: route, bytes: stamp.size,
                        modified: stamp.modified / 1_000_000_000)
                } else {
                    waiting.append(path)
                }
            }
        }
        return pages
    }

    /// Returns the address of a page from its file's path; nil for a file that has no page address.
    static func route(of path: String) -> String? {
        if path == "index.html" { return "/" }
        return path.droppingUTF8Suffix("/index.html").map { "/\($0)/" }
    }

    /// Maximum size in bytes of a page that is shown around an answer.
    private static let shownLimit = 1 << 20

    /// Returns the page at an address that needs no escapes.
    func html(at address: String) -> String? {
        let end = address.utf8.firstIndex { "?#".utf8.contains($0) } ?? address.endIndex
        let path = address[..<end]
        let isPlain = path.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: "/"):
                true
            default: false
            }
        }
        guard isPlain, path.hasUTF8Prefix("/"), path.hasUTF8Suffix("/"), !path.containsUTF8("//"),
            let bytes = try? tree()?.read(path.dropFirst() + "index.html", limit: Self.shownLimit)
        else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Calls `body` with a consistent view of the files being served.
    ///
    /// - Parameter body: is given a function that tells whether a version of a page is live, that
    ///   is whether the file exists and its bytes have this digest. Called again if another release
    ///   came meanwhile.
    /// - Returns: nil before the first release, and when releases follow each other too quickly.
    func look<Value>(_ body: (_ isLive: (PageVersion) -> Bool) -> Value) -> Value? {
        for _ in 0..<5 {
            let before = release()
            guard let tree = tree() else { return nil }
            let value = body { digest(of: $0.path, in: tree) == $0.digest }
            if before == release() { return value }
        }
        return nil
    }

    private func digest(of path: String, in tree: Directory) -> SHA256Digest? {
        guard let stamp = tree.stamp(of: path) else { return nil }
        if let known = known.withLock({ $0[path] }), known.stamp == stamp { return known.digest }
        guard let bytes = try? tree.read(path, limit: Self.pageLimit) else { return nil }
        let digest = SHA256Digest(hashing: bytes)
        // If the file was replaced during the read, the digest is still valid, but is not
        // remembered.
        if tree.stamp(of: path) == stamp {
            known.withLock { known in
                if known.count >= Self.memory { known.removeAll() }
                known[path] = (stamp, digest)
            }
        }
        return digest
    }
}

/// A live page, described by what is known without reading its file.
struct LivePage: Hashable, Sendable {
    var path: String
    var route: String
    var bytes: Int
    /// Seconds since 1970. The build derives the time from the content.
    var modified: Int
}

/// The version of a page that was read.
struct PageVersion: Hashable, Sendable {
    var path: String
    var digest: SHA256Digest
}
