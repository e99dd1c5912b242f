import Core
import Foundation
import System
import TestSupport
import Testing

@testable import Bundling

/// The cache keeps, finds and drops results.
@Suite struct BundleCacheTests {
    /// A result of a chosen size.
    private struct Note: StepResult, Equatable {
        var text: String
        var packages: [PackageFile] = []

        init(_ text: String) { self.text = text }

        func write(to record: inout RecordWriter) {
            record.write(text)
            record.write(packages)
        }

        init(from record: inout RecordReader) throws {
            text = try record.text()
            packages = try record.packageFiles()
        }
    }

    private func key(_ number: Int) -> SHA256Digest { SHA256Digest(hashing: "\(number)") }

    private func counts(
        memory: Int = 0, disk: Int = 0, missed: Int = 0, damaged: Int = 0, unwritten: Int = 0
    ) -> BundleCache.Counts {
        var counts = BundleCache.Counts()
        counts.foundInMemory = memory
        counts.foundOnDisk = disk
        counts.missed = missed
        counts.damaged = damaged
        counts.unwritten = unwritten
        return counts
    }

    @Test func keepsInMemoryAndOnDisk() throws {
        let folder = try TestFolder()
        let first = BundleCache(folder: folder.path + "/a/cache")
        #expect(first.result(Note.self, for: key(1)) == nil)
        first.keep(Note("one"), for: key(1))
        #expect(first.result(Note.self, for: key(1)) == Note("one"))
        #expect(first.counts == counts(memory: 1, missed: 1))

        let second = BundleCache(folder: folder.path + "/a/cache")
        #expect(second.result(Note.self, for: key(1)) == Note("one"))
        #expect(second.result(Note.self, for: key(1)) == Note("one"))
        #expect(second.result(Note.self, for: key(2)) == nil)
        #expect(second.counts == counts(memory: 1, disk: 1, missed: 1))

        let withoutFolder = BundleCache()
        #expect(withoutFolder.result(Note.self, for: key(1)) == nil)
    }

    @Test func aDamagedFileIsAMissAndIsMadeAnew() throws {
        let folder = try TestFolder()
        let name = "\(folder.path)/\(key(1))"
        BundleCache(folder: folder.path).keep(Note("the text of the note"), for: key(1))
        let sound = try Data(contentsOf: URL(fileURLWithPath: name))
        BundleCache(folder: folder.path).keep(Note("another note"), for: key(2))
        let other = try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\(key(2))"))
        var damages: [Data] = [Data(), Data("garbage".utf8), sound + Data([0]), other]
        for length in stride(from: 1, to: sound.count, by: 7) { damages.append(sound[..<length]) }
        for index in stride(from: 0, to: sound.count, by: 5) {
            var bytes = sound
            bytes[index] ^= 0x10
            damages.append(bytes)
        }
        for damage in damages {
            try damage.write(to: URL(fileURLWithPath: name))
            let cache = BundleCache(folder: folder.path)
            #expect(cache.result(Note.self, for: key(1)) == nil)
            #expect(cache.counts == counts(missed: 1, damaged: 1))
            cache.keep(Note("the text of the note"), for: key(1))
            #expect(try Data(contentsOf: URL(fileURLWithPath: name)) == sound)
        }
        // A folder where a file should be.
        try FileManager.default.removeItem(atPath: name)
        try FileManager.default.createDirectory(
            atPath: name, withIntermediateDirectories: false)
        let cache = BundleCache(folder: folder.path)
        #expect(cache.result(Note.self, for: key(1)) == nil)
        cache.keep(Note("x"), for: key(1))
        #expect(cache.result(Note.self, for: key(1)) == Note("x"))
        #expect(cache.counts == counts(memory: 1, missed: 1, damaged: 1, unwritten: 1))
        #expect(cache.diskFault?.diagnostic.message.contains(folder.path) == true)
    }

    @Test func whatWasMadeFromAnotherPackageIsAMiss() throws {
        let folder = try TestFolder()
        let cache = BundleCache(folder: folder.path)
        var note = Note("with React")
        note.packages = PackageFile.among([
            "node_modules/react/index.js", "node_modules/react/gone.js", "components/a.tsx",
        ])
        #expect(
            note.packages.map(\.path) == ["react/gone.js", "react/index.js", "react/package.json"])
        #expect(note.packages.map { $0.status != nil } == [false, true, true])
        cache.keep(note, for: key(1))
        #expect(cache.result(Note.self, for: key(1)) == note)
        #expect(BundleCache(folder: folder.path).result(Note.self, for: key(1)) == note)
        note.packages[1].status?.modified -= 1
        cache.keep(note, for: key(1))
        #expect(cache.result(Note.self, for: key(1)) == nil)
        #expect(BundleCache(folder: folder.path).result(Note.self, for: key(1)) == nil)
    }

    @Test func memoryHasALimit() {
        var limits = BundleCache.Limits()
        limits.memory = 10_000
        let cache = BundleCache(limits: limits)
        let text = String(repeating: "x", count: 900)
        for number in 0..<100 {
            cache.keep(Note(text), for: key(number))
            #expect(cache.memoryInUse <= 10_000)
            #expect(cache.result(Note.self, for: key(0)) != nil)
            #expect(cache.result(Note.self, for: key(number)) != nil)
        }
        #expect(cache.memoryInUse > 5_000)
        #expect(cache.result(Note.self, for: key(50)) == nil)
        cache.keep(Note(String(repeating: "x", count: 20_000)), for: key(200))
        #expect(cache.result(Note.self, for: key(200)) == nil)
        #expect(cache.result(Note.self, for: key(0)) != nil)
    }

    @Test func theFolderHasALimit() throws {
        let folder = try TestFolder()
        try folder.write("notes.txt", String(repeating: "not ours", count: 10_000))
        var limits = BundleCache.Limits()
        limits.disk = 40_000
        let cache = BundleCache(folder: folder.path, limits: limits)
        let files = FileManager.default
        for number in 0..<200 {
            cache.keep(Note(String(repeating: "x", count: 900)), for: key(number))
            let names = try files.contentsOfDirectory(atPath: folder.path)
            let size = try names.filter { $0 != "notes.txt" }.reduce(0) { sum, name in
                let file = try files.attributesOfItem(atPath: folder.path + "/" + name)
                return sum + (file[.size] as? Int ?? 0)
            }
            #expect(size <= 40_000)
        }
        #expect(cache.counts.unwritten == 0)
        let later = BundleCache(folder: folder.path, limits: limits)
        #expect(later.result(Note.self, for: key(199)) != nil)
        #expect(later.result(Note.self, for: key(0)) == nil)
        #expect(files.fileExists(atPath: folder.path + "/notes.txt"))
        cache.keep(Note(String(repeating: "x", count: 50_000)), for: key(300))
        #expect(!files.fileExists(atPath: "\(folder.path)/\(key(300))"))
    }

    @Test func oldFilesGo() throws {
        let folder = try TestFolder()
        let first = BundleCache(folder: folder.path)
        for number in 0..<4 { first.keep(Note("\(number)"), for: key(number)) }
        try folder.write(".unfinished-1-1", "half")
        try folder.write(".unfinished-1-2", "half, just now")
        let files = FileManager.default
        func setAge(_ days: Double, of name: String) throws {
            try files.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -days * 86_400)],
                ofItemAtPath: folder.path + "/" + name)
        }
        try setAge(31, of: "\(key(0))")
        try setAge(31, of: "\(key(1))")
        try setAge(29, of: "\(key(2))")
        try setAge(1, of: ".unfinished-1-1")
        let second = BundleCache(folder: folder.path)
        #expect(second.result(Note.self, for: key(1)) == Note("1"))  // Used: young again.
        second.keep(Note("9"), for: key(9))
        let left = try files.contentsOfDirectory(atPath: folder.path)
        let expected = [key(1), key(2), key(3), key(9)].map(\.description) + [".unfinished-1-2"]
        #expect(Set(left) == Set(expected))
    }

    @Test func aFolderThatCannotBeWrittenCostsOnlyTime() throws {
        let folder = try TestFolder()
        try folder.write("file", "in the way")
        let cache = BundleCache(folder: folder.path + "/file/cache")
        cache.keep(Note("one"), for: key(1))
        #expect(cache.result(Note.self, for: key(1)) == Note("one"))
        #expect(cache.counts == counts(memory: 1, unwritten: 1))
        #expect(cache.diskFault?.path == folder.path + "/file/cache")
    }

    @Test func aFolderThatIsRemovedIsMadeAgain() throws {
        let folder = try TestFolder()
        let cache = BundleCache(folder: folder.path + "/cache")
        cache.keep(Note("one"), for: key(1))
        try FileManager.default.removeItem(atPath: folder.path + "/cache")
        cache.keep(Note("two"), for: key(2))
        #expect(cache.counts.unwritten == 0)
        let other = BundleCache(folder: folder.path + "/cache")
        #expect(other.result(Note.self, for: key(1)) == nil)
        #expect(other.result(Note.self, for: key(2)) == Note("two"))
    }

    /// Many at once, with a folder so small that it is cleared all the time.
    @Test func manyShareAFolder() async throws {
        let folder = try TestFolder()
        var limits = BundleCache.Limits()
        limits.disk = 20_000
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask { [limits] in
                    let cache = BundleCache(folder: folder.path, limits: limits)
                    for number in 0..<300 {
                        let note = Note(String(repeating: "\(number % 40)", count: 500))
                        let found = cache.result(Note.self, for: key(number % 40))
                        #expect(found == nil || found == note)
                        cache.keep(note, for: key(number % 40))
                    }
                    #expect(cache.counts.damaged == 0)
                    #expect(cache.diskFault == nil)
                }
            }
            try await group.waitForAll()
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(names.allSatisfy { SHA256Digest(hex: $0) != nil })
    }
}
