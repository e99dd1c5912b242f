public import System

/// The contents of a release: each file's path and the hash of its bytes.
public struct Manifest: Sendable, Hashable {
    public struct Entry: Sendable, Hashable {
        public var digest: SHA256Digest
        /// Bytes.
        public var size: Int
        /// The key of the page whose HTML this is (or a compressed form of it); nil for assets.
        public var page: String?

        public init(digest: SHA256Digest, size: Int, page: String? = nil) {
            self.digest = digest
            self.size = size
            self.page = page
        }
    }

    /// Path below the site's root → file.
    public var files: [String: Entry]

    public init(files: [String: Entry] = [:]) { self.files = files }

    /// The number of pages in the release; compressed forms are not counted.
    public var pageCount: Int { totals.pages }

    public var byteCount: Int { totals.bytes }

    /// The SHA-256 over the sum of the hashes of all files and their paths: releases of equal files
    /// have equal hashes. The sum can be updated by a release's changes alone, so hashing takes no
    /// longer than the release itself.
    public var buildHash: SHA256Digest { totals.buildHash }

    private var totals: ReleaseTotals {
        var totals = ReleaseTotals()
        for (path, entry) in files { totals.add(entry, at: path) }
        return totals
    }
}
