import UTF8Text

/// What a tree says that it holds: the text of its symbolic link `.release`, which leads nowhere.
///
/// One release: the tree is complete. Several: it was being brought from one to another, and each
/// path is as in one of them. A tree without a marker, or with that of another ledger, may hold
/// anything. A link, because it is replaced several times faster than a file with bytes of its own.
///
/// The text has three words: the releases, with commas; the newest release whose immutable files the
/// tree has; and which ledger counts so.
struct TreeMarker: Hashable, Sendable {
    /// A dot file: servers refuse those.
    static let name = ".release"

    /// Sorted.
    var releases: [Int]
    /// A tree that was made for an older release has immutable files up to this one.
    var newest: Int
    /// `SiteRow.identity`: a ledger that was made anew counts the same numbers again.
    var ledger: String

    init(releases: Set<Int>, newest: Int, ledger: String) {
        self.releases = releases.sorted()
        self.newest = newest
        self.ledger = ledger
    }

    init?(parsing text: String) {
        let words = text.splitUTF8(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, let newest = Int(words[1]) else { return nil }
        let numbers = words[0].splitUTF8(separator: ",").map { Int($0) }
        releases = numbers.compactMap(\.self)
        guard !releases.isEmpty, releases.count == numbers.count else { return nil }
        self.newest = newest
        ledger = String(words[2])
    }

    var text: String {
        "\(releases.map(String.init).joined(separator: ",")) \(newest) \(ledger)"
    }
}
