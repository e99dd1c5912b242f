import Publishing
import System

/// Does to a site what a seed says: edits, moves, swaps, additions and removals in one release, and
/// now and then a rollback.
struct RandomRelease {
    private var random: RandomNumbers
    private let folder: SiteFolder
    private static let kept = 3

    init(seed: UInt64, folder: SiteFolder) {
        random = RandomNumbers(seed: seed)
        self.folder = folder
    }

    /// - Returns: what was done, for a person to read.
    mutating func run() throws -> String {
        if chance(8),
            let release = try folder.releases().map(\.number).randomElement(using: &random)
        {
            return "rolled back to \(try folder.rollBack(to: release))"
        }
        if chance(12) {
            try folder.prepareSpareTree()
            return "prepared"
        }
        if try folder.hold() != nil { try folder.resume() }
        let draft = try folder.beginRelease()
        var pages = try folder.state().pages
        try editPages(&pages, in: draft)
        try editOthers(in: draft)
        if chance(10) {
            draft.discard()
            return "discarded"
        }
        return "\(try draft.publish(cause: "random", keep: Self.kept))"
    }

    private mutating func editPages(
        _ pages: inout [String: PageRecord], in draft: ReleaseDraft
    ) throws {
        var changed: Set<String> = []
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let ids = pages.keys.sorted()
            switch Int.random(in: 0..<6, using: &random) {
            case 0, 1:
                let id = "page-\(random.next() % 100_000)"
                pages[id] = record(id, at: newFile(besides: pages))
                changed.insert(id)
            case 2:
                guard ids.count > 3, let id = ids.randomElement(using: &random) else { continue }
                pages[id] = nil
                changed.remove(id)
                try draft.removePage(id: id)
            case 3:
                // Two pages take each other's place.
                guard let one = ids.randomElement(using: &random),
                    let other = ids.randomElement(using: &random),
                    let first = pages[one]?.file, let second = pages[other]?.file
                else { continue }
                pages[one]?.file = second
                pages[other]?.file = first
                changed.formUnion([one, other])
            case 4:
                guard let id = ids.randomElement(using: &random) else { continue }
                let file = newFile(besides: pages)
                pages[id]?.file = file
                changed.insert(id)
            default:
                guard let id = ids.randomElement(using: &random) else { continue }
                changed.insert(id)
            }
        }
        for id in changed.sorted().shuffled(using: &random) {
            guard var page = pages[id] else { continue }
            let html = body(of: id)
            // The tests look whether records and files belong together.
            page.fingerprint = SHA256Digest(hashing: html)
            page.version += 1
            try draft.put(page, html: html, reason: "random", effort: chance(2) ? .page : nil)
        }
    }

    private mutating func editOthers(in draft: ReleaseDraft) throws {
        if chance(2) {
            let assets = (0..<3).map { _ in
                let number = Int.random(in: 0..<12, using: &random)
                return (
                    path: "assets/part-\(number).js", bytes: Array("part \(number)".utf8),
                    isImmutable: true
                )
            }
            let unique = Dictionary(assets.map { ($0.path, $0) }) { one, _ in one }.values
            try draft.setAssets(
                unique.sorted { $0.path < $1.path }
                    + [("assets/tokens.css", Array("\(random.next() % 5)".utf8), false)],
                keepsOld: chance(3), effort: nil)
        }
        if chance(3) {
            try draft.setInputs(["pages": SHA256Digest(hashing: "\(random.next() % 3)")])
        }
        if chance(3) {
            try draft.setFailures([
                PageFailure(page: "x", since: Int(random.next() % 3), diagnostics: "[]")
            ])
        }
    }

    private func record(_ id: String, at file: String) -> PageRecord {
        PageRecord(
            id: id, key: id, file: file, fingerprint: SHA256Digest(hashing: ""), version: 0,
            inputs: ["pages"])
    }

    /// Few enough that a file often takes the name of a folder of the release before, and back.
    private mutating func newFile(besides pages: [String: PageRecord]) -> String {
        let taken = pages.values.map(\.file)
        while true {
            let depth = Int.random(in: 1...3, using: &random)
            let parts = (0..<depth).map { _ in "f\(Int.random(in: 0..<9, using: &random)).html" }
            let file = parts.joined(separator: "/")
            let isFree = taken.allSatisfy {
                $0 != file && !$0.hasPrefix(file + "/") && !file.hasPrefix($0 + "/")
            }
            if isFree { return file }
        }
    }

    private mutating func body(of id: String) -> [UInt8] {
        let text = "\(id) \(random.next() % 1000) "
        return Array(String(repeating: text, count: Int.random(in: 1...300, using: &random)).utf8)
    }

    /// One time in `count`.
    private mutating func chance(_ count: Int) -> Bool {
        Int.random(in: 0..<count, using: &random) == 0
    }
}
