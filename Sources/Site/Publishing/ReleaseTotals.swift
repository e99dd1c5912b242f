import Core
import System

/// Totals over the files of a release, updated as files are added and removed.
struct ReleaseTotals: Sendable, Hashable {
    /// The sum over the digests of all files with their paths.
    var sum = SHA256Sum()
    var pages = 0
    var files = 0
    var bytes = 0

    var buildHash: SHA256Digest { SHA256Digest(hashing: sum.value.bytes) }

    mutating func add(_ entry: Manifest.Entry, at path: String) {
        sum.add(Self.digest(of: entry, at: path))
        count(entry, at: path, times: 1)
    }

    mutating func remove(_ entry: Manifest.Entry, at path: String) {
        sum.subtract(Self.digest(of: entry, at: path))
        count(entry, at: path, times: -1)
    }

    private mutating func count(_ entry: Manifest.Entry, at path: String, times: Int) {
        files += times
        bytes += entry.size * times
        if entry.page != nil && path.hasUTF8Suffix(".html") { pages += times }
    }

    private static func digest(of entry: Manifest.Entry, at path: String) -> SHA256Digest {
        var hasher = SHA256Hasher()
        hasher.update(field: path)
        hasher.update(field: entry.digest)
        return hasher.finalize()
    }
}
