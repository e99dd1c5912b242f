import SystemSupport

/// What a tree says that it holds, in its file `.release`.
///
/// One release: the tree is complete. Several: it was being brought from one to another, and each
/// path is as in one of them. A tree without a marker, or with that of another ledger, may hold
/// anything.
///
/// The first line are the numbers, the second one is the newest release whose immutable files the
/// tree has, the third one names the ledger.
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

    init?(parsing text: [UInt8]) {
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
        guard let first = lines.first else { return nil }
        let numbers = first.split(separator: " ").map { Int($0) }
        releases = numbers.compactMap(\.self)
        guard !releases.isEmpty, releases.count == numbers.count else { return nil }
        // The markers of version 0.1 had the number alone.
        newest = lines.count > 1 ? Int(lines[1]) ?? 0 : 0
        ledger = lines.count > 2 ? String(lines[2]) : ""
    }

    var text: [UInt8] {
        let numbers = releases.map(String.init).joined(separator: " ")
        return Array("\(numbers)\n\(newest)\n\(ledger)\n".utf8)
    }
}
