import Core
import System

/// A file of a draft with its compressed forms, which a web server sends unchanged.
struct FileForms: Sendable {
    /// The suffixes of compressed forms, with their dots.
    static let suffixes = [Compression.gzip.suffix, Compression.brotli.suffix]

    struct Form: Sendable {
        var path: String
        var bytes: [UInt8]
        var digest: SHA256Digest
    }

    var path: String
    /// The file itself first.
    var forms: [Form]
    /// The file is unchanged: its existing compressed forms stay, and `forms` contains none.
    var keepsCompressed: Bool

    /// - Parameter effort: how hard to compress; nil omits the compressed forms.
    /// - Parameter isCompressed: whether the site has compressed forms of this file with these
    ///   bytes; called only when needed.
    init(
        _ bytes: [UInt8], at path: String, effort: Compression.Effort?,
        isCompressed: (SHA256Digest) throws -> Bool
    ) throws {
        self.path = path
        let digest = SHA256Digest(hashing: bytes)
        forms = [Form(path: path, bytes: bytes, digest: digest)]
        keepsCompressed = false
        guard let effort, Self.isCompressible(path) else { return }
        if try isCompressed(digest) {
            keepsCompressed = true
            return
        }
        for form in [Compression.gzip, .brotli] {
            guard let compressed = form.compress(bytes, effort: effort) else { continue }
            forms.append(
                Form(
                    path: path + form.suffix, bytes: compressed,
                    digest: SHA256Digest(hashing: compressed)))
        }
    }

    /// Returns the path of the file that `path` is a compressed form of, or `path` itself.
    static func original(of path: String) -> String {
        suffixes.lazy.compactMap { path.droppingUTF8Suffix($0).map(String.init) }.first ?? path
    }

    private static func isCompressible(_ path: String) -> Bool {
        guard let dot = path.lastUTF8Index(of: ".") else { return false }
        return ["html", "css", "js", "svg", "json", "xml", "txt", "webmanifest"].contains(
            path[path.utf8.index(after: dot)...])
    }
}
