import Glibc
import Synchronization
import System
import TestSupport
import Testing

@Suite struct SystemTests {
    @Test func digestsAgreeWithTheStandard() {
        // FIPS 180-4, the example of one block.
        #expect(
            SHA256Digest(hashing: "abc").description
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            SHA256Digest(hex: SHA256Digest(hashing: "abc").description)
                == SHA256Digest(hashing: "abc"))
        #expect(SHA256Digest(hex: "ba78") == nil)
    }

    @Test func fieldsCannotBeShiftedIntoEachOther() {
        func digest(_ parts: [String]) -> SHA256Digest {
            var hasher = SHA256Hasher()
            for part in parts { hasher.update(field: part) }
            return hasher.finalize()
        }
        #expect(digest(["ab", "c"]) != digest(["a", "bc"]))
    }

    @Test func removesFoldersWithoutFollowingLinks() throws {
        let folder = try TestFolder()
        try folder.write("keep/file", "x")
        try folder.write("gone/a/b", "x")
        try folder.link("gone/link", to: folder.path + "/keep")
        let directory = try Directory(folder.path)
        try directory.remove("gone")
        #expect(try directory.names() == ["keep"])
        #expect(try directory.read("keep/file") == Array("x".utf8))
        #expect(throws: SystemError.self) { try directory.read("keep/file", limit: 0) }
    }

    @Test func sumsOfDigestsHaveNoOrderAndCanBeTakenBack() {
        let digests = (0..<20).map { SHA256Digest(hashing: "\($0)") }
        var sum = SHA256Sum()
        for digest in digests { sum.add(digest) }
        var other = SHA256Sum()
        for digest in digests.reversed() { other.add(digest) }
        #expect(sum == other)
        for digest in digests.dropFirst() { sum.subtract(digest) }
        #expect(sum.value == digests[0])
        sum.subtract(digests[0])
        #expect(sum == SHA256Sum())
        // Carries and borrows go through all words.
        let ones = SHA256Digest(bytes: [UInt8](repeating: 255, count: 32))
        let one = SHA256Digest(bytes: [UInt8](repeating: 0, count: 31) + [1])
        if let one, let ones {
            sum.add(ones)
            sum.add(one)
            #expect(sum == SHA256Sum())
            sum.subtract(one)
            #expect(sum.value == ones && SHA256Sum(ones) == sum)
        }
    }

    @Test func aLinkTakesThePlaceOfAFile() throws {
        let folder = try TestFolder()
        let directory = try Directory(folder.path)
        try folder.write("new", "new")
        try folder.write("tree/file", "old")
        try folder.write("tree/.next", "left behind")
        // The second time both are one file already, which renaming would leave beside each other.
        for _ in 0..<2 {
            try directory.link(
                from: directory, "new", over: "tree/file", temporary: "tree/.next")
            #expect(try directory.names(in: "tree") == ["file"])
            #expect(try directory.read("tree/file") == Array("new".utf8))
        }
        #expect(directory.identity(of: "new") == directory.identity(of: "tree/file"))
        #expect(directory.size(of: "new") == 3 && directory.size(of: "tree") == nil)
        #expect(try directory.removeFolderIfEmpty("tree") == false)
        try directory.remove("tree/file")
        #expect(try directory.removeFolderIfEmpty("tree"))
        #expect(try directory.removeFolderIfEmpty("tree"))
        try directory.synchronize("new")
        try directory.synchronize("")
        try directory.synchronize("tree")
    }

    @Test func waitsForALockNoLongerThanItIsTold() throws {
        let folder = try TestFolder()
        let directory = try Directory(folder.path)
        var held = try directory.lock("lock")
        #expect(held != nil)
        let begin = monotonicMilliseconds()
        #expect(try directory.lock("lock", waitMilliseconds: 30) == nil)
        #expect(monotonicMilliseconds() - begin >= 30)
        held = nil
        #expect(try directory.lock("lock") != nil)
        _ = held
    }

    @Test func waitsForSeveralCallsAtOnce() throws {
        let done = Mutex<[Int]>([])
        // Each of the sixteen goes on only when all are there.
        let meeting = Mutex(0)
        try simultaneously(16) { index in
            meeting.withLock { $0 += 1 }
            try? blockUntil("all are there") { meeting.withLock { $0 } == 16 }
            if meeting.withLock({ $0 }) == 16 { done.withLock { $0.append(index) } }
        }
        #expect(Set(done.withLock { $0 }) == Set(0..<16))
        for count in [0, 1, 50] {
            let calls = Mutex<[Int]>([])
            try simultaneously(count) { index in calls.withLock { $0.append(index) } }
            #expect(calls.withLock { $0.sorted() } == Array(0..<count))
        }
        #expect(throws: SystemError.self) {
            try simultaneously(20) { if $0 == 19 { throw SystemError("test", number: 1) } }
        }
    }

    @Test func runsEveryPieceAndReportsAFault() throws {
        let done = Mutex<Set<Int>>([])
        try concurrently(100) { index in _ = done.withLock { $0.insert(index) } }
        #expect(done.withLock { $0 } == Set(0..<100))
        #expect(throws: SystemError.self) {
            try concurrently(4) { if $0 == 2 { throw SystemError("test", number: 1) } }
        }
    }

    @Test func collectsWhatAToolWrites() throws {
        let result = try ChildProcess.run(
            executable: "/bin/sh", arguments: ["-c", "cat; echo oops >&2; echo $SECRET; exit 3"],
            environment: [:], input: Array("in ".utf8))
        #expect(result.ending == .exited(3))
        #expect(result.output == Array("in \n".utf8))
        #expect(result.error == Array("oops\n".utf8))
    }

    @Test func endsAToolThatDoesNotEnd() {
        #expect(throws: SystemError.self) {
            try ChildProcess.run(
                executable: "/bin/sleep", arguments: ["60"], environment: [:], deadline: 1)
        }
    }
}
