import Foundation
import Publishing
import System
import TestSupport
import Testing

/// Damage that a seed chooses, then a build, then one that is insisted on.
@Suite struct RandomDamageTests {
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func insistingOnABuildAlwaysEndsWithAGoodSite(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let count = Int(ProcessInfo.processInfo.environment["DAMAGES"] ?? "") ?? 12
        let site = try TinySite()
        try site.build()
        for round in 0..<count {
            site.edit("index.html", "round \(round)")
            try site.build()
            if random.once(in: 3) { try site.folder.prepareSpareTree() }
            var damages: [String] = []
            let releases = try site.folder.releases().map(\.number)
            for _ in 0...Int.random(in: 0...2, using: &random) {
                damages.append(try Self.damage(site.path, &random))
            }
            let comment = "seed \(seed), round \(round): \(damages)"
            if random.once(in: 2) { try site.reopen() }
            if random.once(in: 2) { site.edit("docs/part 1/index.html", "new \(round)") }
            // And the rows of what was damaged.
            for file in site.texts.keys.sorted() {
                guard damages.contains(where: { $0.contains(file) }) else { continue }
                if random.once(in: 2) { site.edit(file, "other \(round)") }
            }
            do {
                try site.build()
                try site.build(isForced: true)
                try site.verify(comment)
                if random.once(in: 2),
                    let release = try site.folder.releases().randomElement(using: &random)?.number
                {
                    _ = try site.folder.rollBack(to: release)
                    try PublishedTree.verify(site.folder)
                    try site.folder.resume()
                    try site.build()
                    try site.verify("\(comment), of \(releases) back to \(release)")
                }
            } catch {
                Issue.record("\(comment): \(error)")
                return
            }
        }
    }

    /// - Returns: what was done.
    private static func damage(
        _ path: String, _ random: inout SeededGenerator
    ) throws -> String {
        let root = try Directory(path)
        let walk = FileManager.default.enumerator(atPath: path)
        let names = (walk?.compactMap { $0 as? String } ?? []).sorted()
        guard let name = names.randomElement(using: &random) else { return "nothing" }
        let entry = root.entry(name)
        let file = path + "/" + name
        func replace(_ body: () throws -> Void) throws {
            try root.remove(name)
            try body()
        }
        switch Int.random(in: 0..<8, using: &random) {
        case 0:
            try root.remove(name)
            return "removed \(name)"
        case 1 where entry?.kind == .file:
            truncate(file, (entry?.size ?? 0) / 2)
            return "truncated \(name)"
        case 2 where entry?.kind == .file, 3 where entry?.kind == .file:
            var bytes = try root.read(name)
            guard let index = bytes.indices.randomElement(using: &random) else { return "nothing" }
            bytes[index] ^= UInt8(1 << Int.random(in: 0..<8, using: &random))
            guard let handle = FileHandle(forWritingAtPath: file) else { return "nothing" }
            try handle.write(contentsOf: bytes)
            try handle.close()
            // Some programs, and all disks, leave the time as it was.
            if let entry, random.once(in: 2) {
                try root.setModified(name, entry.modified / 1_000_000_000)
            }
            return "flipped a bit of \(name)"
        case 4:
            try replace { try root.createFolder(name) }
            return "replaced \(name) by a folder"
        case 5:
            let targets = ["/nowhere", "..", "robots.txt"]
            let target = try #require(targets.randomElement(using: &random))
            // A link in the place of these may lead to a volume, and stays.
            if ["objects", "trees"].contains(name) { return "nothing" }
            try replace { try root.createLink(name, target: target) }
            return "replaced \(name) by a link to \(target)"
        case 6:
            try replace { mkfifo(file, 0o644) }
            return "replaced \(name) by a pipe"
        default:
            if entry?.kind == .link { return "nothing" }
            chmod(file, 0)
            return "took all permissions of \(name)"
        }
    }
}
