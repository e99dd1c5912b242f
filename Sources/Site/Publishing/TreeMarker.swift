import Core

/// What a tree says that it holds: the text of its symbolic link `.release`, which leads nowhere.
///
/// One release and no paths: the tree is complete. Several releases: it was being brought from one
/// to another, and each path is as in one of them. Paths: a draft that may never have been committed
/// changed these, and each may have any content. A tree without a marker, or with that of another
/// ledger, may hold anything. A link, because it is replaced several times faster than a file with
/// bytes of its own.
///
/// The text has three words: the releases, with commas; the newest release whose immutable files the
/// tree has; and which ledger counts so. A fourth one, which may have spaces, has the paths, with two
/// slashes between them.
struct TreeMarker: Hashable, Sendable {
    /// A dot file: servers refuse those.
    static let name = ".release"
    /// Bytes that a marker may have: the target of a link is limited to 1024 on some file systems.
    private static let limit = 1000

    /// Sorted.
    var releases: [Int]
    /// A tree that was made for an older release has immutable files up to this one.
    var newest: Int
    /// `SiteRow.identity`: another ledger counts the same numbers again.
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

    /// Whether the tree holds one release and nothing else.
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
