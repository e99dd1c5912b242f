import SystemSupport
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

    @Test func framesSurviveTheJourney() throws {
        let (left, right) = try FrameChannel.pair()
        let sender = FrameChannel(descriptor: left, limit: 1 << 20)
        let receiver = FrameChannel(descriptor: right, limit: 1000)
        let frames: [[UInt8]] = [[], [1, 2, 3], Array(repeating: 7, count: 1000)]
        for frame in frames { sender.queue(frame) }
        try sender.flush()
        for frame in frames { #expect(try receiver.receive(milliseconds: 1000) == frame) }
        #expect(throws: FrameChannel.Failure.timedOut) { try receiver.receive(milliseconds: 10) }
        try sender.send(Array(repeating: 7, count: 1001))
        #expect(throws: FrameChannel.Failure.tooLarge) { try receiver.receive(milliseconds: 1000) }
    }
}
