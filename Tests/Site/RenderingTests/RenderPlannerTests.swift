import Core
import FoundationEssentials
import Testing

@testable import Bundling
@testable import Rendering
@testable import SiteModel

/// What the plan of a page contains.
@Suite struct RenderPlannerTests {
    /// The pieces of a page, as `zone order what`.
    private static func pieces(_ planned: PlannedPage, _ planner: RenderPlanner) -> [String] {
        (planned.job?.pieces ?? []).map { piece in
            let what =
                switch piece.content {
                case .markdown: "markdown"
                case .component(let index, let props):
                    planner.setup.components[index].key + " "
                        + String(decoding: props, as: UTF8.self)
                }
            let frame = piece.frame.map { " of \($0)" } ?? ""
            return "\(piece.zone.rawValue) \(piece.order.map(String.init) ?? "-") \(what)\(frame)"
        }
    }

    @Test func blocksStandInTheirZonesInOrder() throws {
        let site = PlannedNode()
        let body = PlannedNode.body(
            "# Hi", Block("hero", 1, "header"), Block("card", 2), Block("hero", 3),
            Block("card", 4, "footer"))
        let planned = try site.plan(body)
        #expect(planned.diagnostics == [])
        // The text comes first in the main zone, unless a block places it.
        #expect(
            try Self.pieces(planned, site.planner()) == [
                "main - markdown", #"header 1 hero {"n": 1}"#, #"main 2 card {"n": 2}"#,
                #"main 3 hero {"n": 3}"#, #"footer 4 card {"n": 4}"#,
            ])
        let job = try #require(planned.job)
        #expect(String(decoding: job.markdown, as: UTF8.self) == "# Hi")
        #expect(try site.planner().setup.layouts[job.layout].key == "single-column")
        #expect(job.language == "en")
        #expect(job.page.file == "index.html")
    }

    @Test func aBlockPlacesTheText() throws {
        let site = PlannedNode()
        let content = Block(Component.pageContentKey, 2, "sidebar")
        let planned = try site.plan(PlannedNode.body("# Hi", Block("card", 1), content))
        #expect(
            try Self.pieces(planned, site.planner())
                == [#"main 1 card {"n": 1}"#, "sidebar 2 markdown"])
        // Without a text there is nothing to place.
        let empty = try site.plan(PlannedNode.body("", Block("card", 1), content))
        #expect(try Self.pieces(empty, site.planner()) == [#"main 1 card {"n": 1}"#])
        #expect(try site.plan(PlannedNode.body()).job?.pieces == [])
    }

    @Test func theFrameIsPartOfThePlanUnlessThePageHasItsOwn() throws {
        var site = PlannedNode()
        site.frame = [
            FrameBlock(id: UUID(), key: "top", block: Block("hero", 1, "header")),
            FrameBlock(id: UUID(), key: "elsewhere", app: "work", block: Block("hero", 1)),
        ]
        let planned = try site.plan(PlannedNode.body("", Block("card", 1)))
        #expect(
            try Self.pieces(planned, site.planner())
                == [#"header 2 hero {"n": 1} of top"#, #"main 1 card {"n": 1}"#])
        #expect(
            planned.inputs == [
                "component:card", "component:hero", "frame:shared/single-column",
                "layout:single-column",
            ])
        let own = try site.plan(PlannedNode.body("", Block("hero", 5, "header")))
        #expect(try Self.pieces(own, site.planner()) == [#"header 5 hero {"n": 5}"#])
        let without = try site.plan(
            PlannedNode.body("", metadata: #"{"frame": false}"#, Block("card", 1)))
        #expect(try Self.pieces(without, site.planner()) == [#"main 1 card {"n": 1}"#])
        #expect(without.inputs == ["component:card", "layout:single-column"])
    }

    @Test func conditionsHideABlockUntilTheyChange() throws {
        var site = PlannedNode()
        let later = site.now + 60_000
        let from = #"{"from": "\#(isoTimestamp(milliseconds: later))"}"#
        let other = #"{"nodes": ["other"]}"#
        let body = PlannedNode.body(
            "", Block("card", 1, conditions: from), Block("hero", 2, conditions: other))
        let before = try site.plan(body)
        #expect(before.job?.pieces == [])
        #expect(before.due == later)
        // Hidden blocks decide which components the site needs.
        #expect(
            before.inputs == [
                "component:card", "component:hero", "conditions", "frame:shared/single-column",
                "layout:single-column",
            ])
        site.now = later
        let after = try site.plan(body)
        #expect(try Self.pieces(after, site.planner()) == [#"main 1 card {"n": 1}"#])
        #expect(after.due == nil)
        #expect(after.job?.fingerprint != before.job?.fingerprint)
    }

    // MARK: Head

    private static func head(_ planned: PlannedPage) throws -> JSONValue {
        try JSONValue(parsing: try #require(planned.job).headJSON)
    }

    @Test func theHeadNamesWhatThePageLoads() throws {
        var site = PlannedNode()
        site.bundle.siteStyles = "body{}"
        site.bundle.components["card"]?.styles = ModuleStyles(css: ".card{}")
        site.bundle.components["hero"]?.behaviourSource = "/assets/hero.js"
        site.bundle.components["island"] = .made(.component, "island")
        site.bundle.components["island"]?.islandSource = "/assets/island.js"
        site.bundle.components["island"]?.islandPreloads = ["/assets/chunk.js"]
        site.bundle.components["island"]?.hydrate = .load
        site.bundle.components["lazy"] = .made(.component, "lazy")
        site.bundle.components["lazy"]?.islandSource = "/assets/lazy.js"
        site.bundle.components["lazy"]?.hydrate = .visible
        site.components += [Component(key: "island"), Component(key: "lazy")]
        site.bundle.islandLoader = "/assets/loader.js"
        site.bundle.fontPreloads = ["/assets/own.woff2"]
        site.bundle.brandingURLs = ["social.png": "/assets/social.png"]

        // A page without components loads the site's sheet and nothing else.
        let plain = try Self.head(site.plan(PlannedNode.body("# Hi")))
        #expect(plain["styles"] == ["/assets/site.css"])
        #expect(plain["modules"] == [])
        #expect(plain["preloads"]?.array?.map { $0["href"] } == ["/assets/own.woff2"])
        #expect(plain["image"] == "https://acme.example/assets/social.png")

        site.bundle.customScript = "/assets/custom.js"
        let full = try Self.head(
            site.plan(
                PlannedNode.body(
                    "", Block("card", 1), Block("hero", 2), Block("hero", 3),
                    Block("island", 4), Block("island", 5), Block("lazy", 6))))
        let sheet = try #require(site.bundle.sheetPath(of: ["card", "hero", "island", "lazy"]))
        #expect(full["styles"] == ["/assets/site.css", .string("/" + sheet)])
        #expect(
            full["modules"] == ["/assets/hero.js", "/assets/loader.js", "/assets/custom.js"])
        // What waits for an event is not fetched before it.
        #expect(
            full["preloads"]?.array?.map { $0["href"] }
                == ["/assets/own.woff2", "/assets/island.js", "/assets/chunk.js"])
    }

    @Test(arguments: [
        (false, false, JSONValue.null), (true, false, "noindex"), (false, true, "noindex"),
    ])
    func draftsAndHiddenPagesAreNotIndexed(
        hasDrafts: Bool, isHidden: Bool, robots: JSONValue
    ) throws {
        var site = PlannedNode()
        site.hasDrafts = hasDrafts
        site.pages[0].isHiddenFromSearch = isHidden
        #expect(try Self.head(site.plan(PlannedNode.body()))["robots"] == robots)
    }

    @Test func textsOfRowsArriveAsTheyAre() throws {
        var site = PlannedNode()
        let odd = "\"quoted\" \\ \u{0}\u{1F} </script> \u{2028} e\u{301} 👩‍🚀"
        site.node.name = odd
        site.pages[0].name = odd
        site.pages[0].metaTitle = odd
        site.pages[0].metaDescription = odd
        site.bundle.components["card"]?.mayListPages = true
        let planned = try site.plan(
            PlannedNode.body("", metadata: #"{"x": "\u0007 /"}"#, Block("card", 1)))
        let head = try Self.head(planned)
        #expect(head["title"] == .string(odd))
        #expect(head["description"] == .string(odd))
        #expect(head["siteName"] == .string(odd))
        let page = try JSONValue(parsing: try #require(planned.job).pageJSON)
        #expect(page["name"] == .string(odd))
        #expect(page["updatedAt"] == "2023-11-14T22:13:20.000Z")
        #expect(page["metadata"]?["x"] == "\u{7} /")
        let shared = try JSONValue(parsing: site.planner().setup.siteJSON)
        #expect(shared["node"]?["name"] == .string(odd))
        let pages = try #require(shared["pages"]?.array)
        #expect(pages.count == 2)
        #expect(pages.first { $0["key"] == "home" }?["title"] == .string(odd))
    }

    // MARK: What cannot be planned

    @Test func whatIsWrongWithAPageMakesNoJob() throws {
        var excess = PlannedNode.body("", Block("card", 1))
        excess.excesses = [.init(field: "content", size: 9, limit: 8)]
        var unreadable = PlannedNode.body()
        unreadable.unreadable = [.init(field: "props", block: 3)]
        let cases: [(PageBody, [Diagnostic.Code])] = [
            (excess, [.contentTooLarge]), (unreadable, [.badEncoding]),
            (PlannedNode.body("", metadata: "[]"), [.badMetadata]),
            (PlannedNode.body("", Block("card", 1, "attic")), [.unknownZone]),
            (
                PlannedNode.body("", Block(nil, 1), Block("none", 2, "attic")),
                [.unknownComponent, .unknownZone, .unknownComponent]
            ),
            (PlannedNode.body("", Block("card", 1, conditions: "[")), [.badConditions]),
        ]
        for (body, codes) in cases {
            let planned = try PlannedNode().plan(body)
            #expect(planned.job == nil)
            #expect(planned.diagnostics.map(\.code) == codes)
            #expect(planned.diagnostics.allSatisfy { $0.location.page == "home" })
            // The page is tried again once one of them changes.
            #expect(planned.inputs.contains("layout:single-column"))
        }
    }

    @Test func modulesThatCannotBeUsedMakeNoJob() throws {
        var site = PlannedNode()
        site.bundle.components["card"] = nil
        let planned = try site.plan(PlannedNode.body("", Block("card", 1)))
        #expect(planned.job == nil)
        #expect(planned.diagnostics.map(\.code) == [.unknownComponent])
        #expect(planned.inputs.contains("component:card"))
        #expect(try site.planner().inputs["component:card"] != nil)

        site.components = site.components.map { component in
            var component = component
            component.isPublished = component.key != "hero"
            return component
        }
        let unpublished = try site.plan(PlannedNode.body("", Block("hero", 1)))
        #expect(unpublished.job == nil)
        #expect(unpublished.diagnostics.map(\.code) == [.unpublishedComponent])

        site.bundle.document = nil
        #expect(throws: Diagnostic.self) { try site.planner() }
    }
}
