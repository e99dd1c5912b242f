import Core

/// A request's path as the names to open one after another; an ambiguous path is rejected.
struct ServedPath: Hashable, Sendable {
    /// The names, folders first; never empty, never `..`, never starting with a dot.
    private(set) var names: [String]
    /// Whether the path names a folder, by its final slash.
    private(set) var isDirectory: Bool

    /// - Parameter path: a path decoded once, like `HTTPRequest.path`.
    init?(_ path: String) {
        guard path.hasUTF8Prefix("/"), path.utf8.count <= 4096,
            path.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "\\") })
        else { return nil }
        var parts = path.splitUTF8(separator: "/", omittingEmptySubsequences: false).dropFirst()
        isDirectory = parts.last?.isEmpty ?? true
        if isDirectory { parts = parts.dropLast() }
        guard parts.allSatisfy({ !$0.isEmpty && !$0.hasUTF8Prefix(".") && $0.utf8.count <= 255 })
        else {
            return nil
        }
        names = parts.map(String.init)
    }

    /// The file to open; a folder's page is its `index.html`.
    var fileNames: [String] { isDirectory ? names + ["index.html"] : names }

    var fileName: String { isDirectory ? "index.html" : names.last ?? "" }

    var asDirectory: ServedPath {
        var path = self
        path.isDirectory = true
        return path
    }

    /// Returns the path of the file with `suffix` appended to its name.
    func adding(_ suffix: String) -> ServedPath {
        var path = self
        path.names = fileNames
        path.names[path.names.count - 1] += suffix
        path.isDirectory = false
        return path
    }

    /// The form for a `location` field; it starts with exactly one slash, so that no part can be
    /// read as a host.
    var encoded: String {
        let path = names.map { "/" + PercentEncoding.encode($0) }.joined()
        return isDirectory ? path + "/" : path
    }
}

extension ServedPath {
    /// Whether the bytes of this path can never change: a file under `/assets/` whose name ends in a
    /// content hash, as `name-1f3a5b7c.css` (hexadecimal) or `name-ABCD2345.js` (esbuild's base 32).
    var isImmutable: Bool {
        guard names.first == "assets", names.count > 1, names[1] != "branding",
            let tail = fileName.splitUTF8(separator: "-", omittingEmptySubsequences: false)
                .dropFirst().last,
            let hash = tail.splitUTF8(separator: ".", omittingEmptySubsequences: false).first,
            hash.endIndex < tail.endIndex
        else { return false }
        return Self.isHexadecimal(hash.utf8) || Self.isBase32(hash.utf8)
    }

    private static func isHexadecimal(_ hash: Substring.UTF8View) -> Bool {
        (8...64).contains(hash.count)
            && hash.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    private static func isBase32(_ hash: Substring.UTF8View) -> Bool {
        hash.count == 8
            && hash.allSatisfy { (0x32...0x37).contains($0) || (0x41...0x5a).contains($0) }
    }
}
