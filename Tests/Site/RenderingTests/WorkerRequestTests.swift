import Core
import FoundationEssentials
import RenderProtocol
import SiteModel
import TestSupport
import Testing

@testable import Bundling
@testable import RenderWorker
@testable import Rendering

/// Requests as the program writes them, read as the worker reads them.
@Suite struct WorkerRequestTests {
    private static let runtime = WorkerRuntime(
        prelude: "p", code: "e\u{301}", explainingCode: "")

    private static let setup: WorkerSetup = {
        var island = CompiledModule.made(.component, "a\"b", code: "provide(1)")
        island.islandSource = "/assets/a.js"
        island.hydrate = .visible
        island.propsSchema = #"{"type":"object"}"#
        island.context = [.headings, .page]
        island.mayListPages = true
        return WorkerSetup(
            siteJSON: "{}", components: [island, .made(.component, "c")],
            layouts: [.made(.layout, "wide")], document: .made(.document, "document"))
    }()

    private static func jobs() throws -> [RenderJob] {
        var site = PlannedNode()
        site.pages[0].isTrusted = true
        let body = PlannedNode.body(
            "# \u{1F600}", metadata: #"{"language": "de"}"#, Block("card", 1, "header"),
            Block("hero", 7, "overlay"))
        return [
            try #require(site.plan(body).job),
            try #require(site.plan(PlannedNode.body(), of: "about").job),
        ]
    }

    private static let bounds = WorkerJob.Bounds(layouts: 2, components: 2)

    private static func render(_ jobs: [RenderJob], steps: Bool = false) -> [UInt8] {
        WorkerProtocol.Request.render(jobs: jobs, announcesSteps: steps).encode()
    }

    private static func read(
        _ frame: [UInt8], within bounds: WorkerJob.Bounds = bounds
    ) throws -> [WorkerJob] {
        var request = try RenderRequest(decoding: frame, within: bounds)
        var jobs: [WorkerJob] = []
        while let job = try request.next() { jobs.append(job) }
        return jobs
    }

    // MARK: The journey

    @Test func theEngineArrives() throws {
        let request = try LoadRequest(
            decoding: WorkerProtocol.Request.load(Self.runtime).encode())
        #expect(request.prelude == "p")
        #expect(request.code.utf8.elementsEqual("e\u{301}".utf8))
        #expect(request.explainingCode == "")
    }

    @Test func aSiteArrives() throws {
        let request = try SetupRequest(
            decoding: WorkerProtocol.Request.setup(Self.setup).encode())
        #expect(request.siteJSON == "{}")
        #expect(request.components.map(\.key) == ["a\"b", "c"])
        #expect(request.components.map(\.code) == ["provide(1)", "code of c"])
        #expect(request.components.map(\.isIsland) == [true, false])
        let definitions = try request.components.map { try JSONValue(parsing: $0.definition) }
        #expect(
            definitions == [
                [
                    "key": "a\"b", "schema": ["type": "object"],
                    "island": ["source": "/assets/a.js", "hydrate": "visible"],
                    "context": ["page", "headings"], "readsPages": true,
                ],
                ["key": "c", "schema": .null, "island": .null, "context": [], "readsPages": false],
            ])
        #expect(request.layouts.map(\.key) == ["wide"])
        #expect(request.layouts.map(\.code) == ["code of wide"])
        #expect(request.layouts.map(\.mayListPages) == [false])
        #expect(request.documentCode == "code of document")
        #expect(!request.documentMayListPages)
    }

    @Test(arguments: [false, true])
    func jobsArrive(steps: Bool) throws {
        let jobs = try Self.jobs()
        let frame = Self.render(jobs, steps: steps)
        #expect(try RenderRequest(decoding: frame, within: Self.bounds).announcesSteps == steps)
        let read = try Self.read(frame)
        #expect(read.count == 2)
        for (job, read) in zip(jobs, read) {
            #expect(read.layout == job.layout)
            #expect(read.clock == job.page.page.updatedAtMilliseconds)
            #expect(read.isTrusted == job.page.page.isTrusted)
            #expect(read.pageJSON == job.pageJSON && read.headJSON == job.headJSON)
            #expect(read.language == job.language)
            #expect(read.markdown == job.markdown)
            #expect(read.pieces.map(\.zone) == job.pieces.map(\.zone))
            #expect(read.pieces.map(\.order) == job.pieces.map(\.order))
            for (piece, read) in zip(job.pieces, read.pieces) {
                switch piece.content {
                case .markdown: #expect(read.component == nil && read.props == [])
                case .component(let index, let props):
                    #expect(read.component == index && read.props == props)
                }
            }
        }
        #expect(try Self.read(Self.render([])).isEmpty)
    }

    /// Both programs are of one version; these bytes say that nothing depends on the machine.
    @Test func theBytesAreTheSameEverywhere() throws {
        func number(_ value: UInt8) -> [UInt8] { [value, 0, 0, 0, 0, 0, 0, 0] }
        #expect(
            WorkerProtocol.Request.load(Self.runtime).encode()
                == [2] + number(1) + Array("p".utf8) + number(3) + Array("e\u{301}".utf8)
                + number(0))
        #expect(Self.render([], steps: true) == [1, 1] + number(0))
        let job = RenderJob(
            page: try Self.jobs()[1].page, layout: 1, pageJSON: "{}", headJSON: "[]",
            language: "en", markdown: [7],
            pieces: [
                .init(zone: .sidebar, order: nil, content: .markdown),
                .init(zone: .footer, order: 2, content: .component(index: 1, props: [8, 9])),
            ], fingerprint: try Self.jobs()[1].fingerprint)
        var clock = ByteWriter()
        clock.write(job.page.page.updatedAtMilliseconds)
        let negative = [UInt8](repeating: 255, count: 8)
        let least: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 128]
        #expect(
            Self.render([job])
                == [1, 0] + number(1) + number(1) + clock.bytes + [0]
                + number(2) + Array("{}".utf8) + number(2) + Array("[]".utf8)
                + number(2) + Array("en".utf8) + number(1) + [7]
                + number(2) + [1] + least + negative
                + [3] + number(2) + number(1) + number(2) + [8, 9])
    }

    // MARK: What is refused

    /// Reads a request of any kind.
    private static func readAny(_ frame: [UInt8]) throws {
        switch frame.first.flatMap(WorkerProtocol.RequestKind.init) {
        case .load: _ = try LoadRequest(decoding: frame)
        case .setup: _ = try SetupRequest(decoding: frame)
        case .render: _ = try read(frame)
        case nil: throw ByteReader.Malformed()
        }
    }

    private static func frames() throws -> [[UInt8]] {
        [
            WorkerProtocol.Request.load(runtime).encode(),
            WorkerProtocol.Request.setup(setup).encode(), render(try jobs()), render([]),
        ]
    }

    @Test func refusesFramesOfAnotherLength() throws {
        for frame in try Self.frames() {
            try Self.readAny(frame)
            for length in 0..<frame.count {
                #expect(throws: ByteReader.Malformed.self) {
                    try Self.readAny(Array(frame[..<length]))
                }
            }
            #expect(throws: ByteReader.Malformed.self) { try Self.readAny(frame + [0]) }
        }
    }

    @Test func refusesARequestForAnother() throws {
        let frames = try Self.frames()
        #expect(throws: ByteReader.Malformed.self) { try LoadRequest(decoding: frames[1]) }
        #expect(throws: ByteReader.Malformed.self) { try SetupRequest(decoding: frames[2]) }
        #expect(throws: ByteReader.Malformed.self) { try Self.read(frames[0]) }
    }

    /// Each would be an index behind the end of a list.
    @Test func refusesJobsOfAnotherSite() throws {
        let frame = Self.render(try Self.jobs())
        #expect(throws: ByteReader.Malformed.self) {
            try Self.read(frame, within: .init(layouts: 2, components: 1))
        }
        let fault = #expect(throws: ByteReader.Malformed.self) {
            try Self.read(frame, within: .init(layouts: 0, components: 2))
        }
        #expect(fault.map { "\($0)" }?.contains("invalid value") == true)
    }

    private static let oddBytes: [UInt8] = [0, 1, 2, 3, 5, 10, 100, 127, 128, 254, 255]

    /// Damage ends in an error or in another request, and never in the end of the process.
    @Test func damagedRequestsAreReadOrRefused() throws {
        var random = SeededGenerator(seed: 14)
        let frames = try Self.frames()
        for _ in 0..<4000 {
            var frame = frames[Int.random(in: frames.indices, using: &random)]
            for _ in 0...Int.random(in: 0...3, using: &random) {
                let place = Int.random(in: frame.indices, using: &random)
                frame[place] = Self.oddBytes.randomElement(using: &random) ?? 0
            }
            try? Self.readAny(frame)
        }
    }
}
