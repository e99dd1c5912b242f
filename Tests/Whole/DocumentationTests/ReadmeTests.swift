import System
import TestSupport
import Testing

/// The examples in the guides produce the shown output.
@Suite struct ReadmeTests {
    @Test(arguments: [("README.md", 6), ("docs/admin.md", 7)])
    func theWalkCanBeWalked(_ document: String, atLeast count: Int) async throws {
        let walk = try Walk(ProjectFolder.text(of: document))
        #expect(walk.steps.count >= count)
        let reader = try await Reader()
        for step in walk.steps {
            switch step.action {
            case .run(let exit):
                let result = try await reader.run(step.script)
                let place = Comment(rawValue: "\(document):\(step.line): \(result.lines)")
                try #require(result.ending == .exited(exit), place)
                for line in step.prints {
                    #expect(Walk.isPrinted(line, in: result.lines), "'\(line)', \(place)")
                }
            case .serve(let path, let expected):
                let answer = try await reader.ask(path, of: step.script)
                #expect(answer.status == 200)
                #expect(answer.text.contains(expected), "\(document):\(step.line)")
            }
        }
    }

    @Test func whatIsLeftOutIsNotCompared() throws {
        let printed = ["testpilot: release 2, 1 of 33 pages rendered, 245 files ", "read 7 ms"]
        #expect(Walk.isPrinted("read 7 ms", in: printed))
        #expect(Walk.isPrinted("testpilot: release 2, 1 of …", in: printed))
        #expect(Walk.isPrinted("testpilot: … 33 pages …", in: printed))
        #expect(Walk.isPrinted("  …", in: printed))
        #expect(!Walk.isPrinted("testpilot: release 3, …", in: printed))
        #expect(!Walk.isPrinted("testpilot: … pages", in: printed))
        #expect(!Walk.isPrinted("read", in: printed))
        #expect(throws: Walk.Malformed.self) { try Walk("<!-- run -->\nno block\n") }
        #expect(throws: Walk.Malformed.self) { try Walk("<!-- walk -->\n```sh\ntrue\n```\n") }
    }

    /// It is read in a few minutes; the rest is in the other documents.
    @Test func theReadmeIsShort() throws {
        let text = try ProjectFolder.text(of: "README.md")
        #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 170)
    }
}
