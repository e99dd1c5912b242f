import Core

/// Records what a tree holds: the target of its symbolic link `.release`, which leads nowhere.
///
/// One release and no paths: the tree is complete. Several releases: the tree was being brought
/// from one to another, and each path is as in one of them. Paths: a draft that may never have been
/// committed changed these, and each may have any content. A tree without a marker, or with the
/// marker of another ledger, may hold anything. The marker is a link because replacing a link is
/// several times faster than replacing a file.
///
/// The text has three words: the releases, separated by commas; the newest release whose immutable
/// files the tree has; and the identity of the ledger that counts these releases. An optional
/// fourth word, which may contain spaces, lists the paths, separated by two slashes.
/// slashes between them.
struct TreeMarker: Hashable, Sendable {
    /// A dot file, which servers refuse to send.
    static let name = ".release"
    /// The most bytes in a marker: some file systems limit the target of a link to 1024.
    private static let limit = 1000

    /// Sorted.
    var releases: [Int]
    /// The last release whose immutable files the tree has; it may be newer than the releases
    /// above.
    var newest: Int
    /// `SiteRow.identity`: another ledger assigns the same numbers again.
    var ledger: String
    /// Paths that a draft changed.
    var drafted: [String] = []

    init(releases: Set<Int>, newest: Int, ledger: String) {
        self.releases = releases.sorted()
        self.newest = newest
        self.ledger = ledger
    }

    init?(parsing text: String) {
        let words = text.splitUTF8(
            separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
        guard words.count >= 3, let newest = Int(words[1]) else { return nil }
        let numbers = words[0].splitUTF8(separator: ",").map { Int($0) }
        releases = numbers.compactMap(\.self)
        guard !releases.isEmpty, releases.count == numbers.count else { return nil }
        self.newest = newest
        ledger = String(words[2])
        if words.count == 4 { drafted = Self.paths(in: String(words[3])) }
    }

    /// Whether the tree holds exactly one release.
    var isComplete: Bool { releases.count == 1 && drafted.isEmpty }

    /// Whether the text is short enough for a link.
    var fits: Bool { text.utf8.count <= Self.limit }

    var text: String {
        let numbers = releases.map(String.init).joined(separator: ",")
        let paths = drafted.isEmpty ? "" : " " + drafted.joined(separator: "//")
        return "\(numbers) \(newest) \(ledger)\(paths)"
    }

    private static func paths(in text: String) -> [String] {
        let slash = UInt8(ascii: "/")
        var paths: [[UInt8]] = [[]]
        var wasSlash = false
        for byte in text.utf8 {
            if byte == slash, wasSlash {
                paths[paths.count - 1].removeLast()
                paths.append([])
                wasSlash = false
            } else {
                paths[paths.count - 1].append(byte)
                wasSlash = byte == slash
            }
        }
        return paths.map { String(decoding: $0, as: UTF8.self) }.filter { !$0.isEmpty }
    }
}
