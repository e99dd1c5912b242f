import Core
import Synchronization
import System

/// The files of a node that are served at this moment.
///
/// It reads the tree behind `current` and nothing else, so that whoever may read what visitors see can
/// use it: no ledger, no lock, nothing written.
final class LiveSite: Sendable {
    let node: String
    private let folder: String
    /// What the bytes of pages were when they were last looked at.
    private let known = Mutex<[String: (stamp: FileStamp, digest: SHA256Digest)]>([:])

    /// How many pages are remembered.
    private static let memory = 8192
    /// A page may have no more bytes than this; see `PageText.Limits`.
    static let pageLimit = 16 << 20

    /// - Parameter output: the folder that has a folder for each node.
    init(output: String, node: String) {
        self.node = node
        folder = "\(output)/\(node)"
    }

    /// The tree that is served; nil before the first release.
    func tree() -> Directory? { try? Directory(folder + "/current") }

    /// Which tree is served, and what it says that it holds.
    func release() -> String? {
        guard let root = try? Directory(folder), let tree = root.target(ofLink: "current") else {
            return nil
        }
        return "\(tree) \(root.target(ofLink: "current/.release") ?? "")"
    }

    /// The pages that are live, by their paths.
    ///
    /// The tree that is not served is changed by the next release, so that a list is good only when
    /// the tree was served from its beginning to its end.
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

    /// The address of a page by its file's path; nil for what is no page with an address.
    static func route(of path: String) -> String? {
        if path == "index.html" { return "/" }
        return path.droppingUTF8Suffix("/index.html").map { "/\($0)/" }
    }

    /// Bytes of a page that is shown around an answer.
    private static let shownLimit = 1 << 20

    /// The page at an address that needs no escapes.
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

    /// Looks at what is served at one moment.
    ///
    /// - Parameter body: told whether a version of a page is live: the file is there, and its bytes have
    ///   this digest. Called again when another release came meanwhile.
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
        // Replaced while it was read: what was read is true all the same, and not remembered.
        if tree.stamp(of: path) == stamp {
            known.withLock { known in
                if known.count >= Self.memory { known.removeAll() }
                known[path] = (stamp, digest)
            }
        }
        return digest
    }
}

/// A page that is served, as far as can be told without reading it.
struct LivePage: Hashable, Sendable {
    var path: String
    var route: String
    var bytes: Int
    /// Seconds since 1970, which follow from the content.
    var modified: Int
}

/// What a page was when it was read.
struct PageVersion: Hashable, Sendable {
    var path: String
    var digest: SHA256Digest
}
