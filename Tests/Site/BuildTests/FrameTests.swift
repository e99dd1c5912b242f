import Build
import Content
import Core
import Foundation
import PostgreSQL
import Publishing
import TestSupport
import Testing

/// Blocks that pages have without naming them.
@Suite struct FrameTests {
    /// `bar` is an island with an id of its own, `foot` shows its text and where it stands.
    private static let components =
        Rows.component(
            "bar",
            code: "export default ({ text }) => { const id = useId(); const [n, set] = useState(0);"
                + " return <button id={id} onClick={() => set(n + 1)}>{text}</button>; }",
            schema: #"{"text": {"type": "string"}}"#)
        + Rows.component(
            "foot",
            code: "export default ({ text }) => <p id={useId()}>{text} on {usePage().key}</p>")

    /// A page each of two apps, one with another layout, one with a footer of its own, one without a
    /// frame.
    private static let pages =
        components + Rows.page("home", route: "/", content: "# Home")
        + Rows.page("desk", route: "/desk/", app: "work")
        + Rows.page("board", route: "/board/", app: "work", layout: "dashboard")
        + Rows.page("own", route: "/own/")
        + Rows.block(
            on: "own", "foot", zone: "footer", props: #"{"text": "own"}"#,
            conditions: #"{"until": "2020-01-01T00:00:00Z"}"#)
        + Rows.page("bare", route: "/bare/", metadata: #"{"frame": false}"#)

    private static func update(_ key: String, _ set: String) -> String {
        "UPDATE robbieblocks_frame_blocks SET \(set) WHERE frame_key = '\(key)';"
    }

    private static func text(_ text: String) -> String { #"{"text": "\#(text)"}"# }

    private func expectSameAsClean(
        _ site: TestSite, _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let (live, clean) = (try site.liveManifest(), try await site.cleanManifest())
        #expect(live == clean, sourceLocation: location)
    }

    /// Each edit, the pages that it renders, and what they show then.
    private static let edits: [(sql: String, pages: Set<String>, shows: String)] = [
        (
            Rows.frame("foot", "foot", zone: "footer", props: text("all")),
            ["/", "/404", "/board/", "/desk/"], "all on "
        ),
        (
            update("foot", "props = '\(text("new"))'"), ["/", "/404", "/board/", "/desk/"],
            "new on "
        ),
        (
            Rows.frame("foot-work", "foot", zone: "footer", app: "work", props: text("work")),
            ["/board/", "/desk/"], "work on "
        ),
        (
            Rows.frame(
                "foot-board", "foot", zone: "footer", layout: "dashboard", props: text("board")),
            ["/board/"], "board on board"
        ),
        // Of a lower rank than the row for the app.
        (
            Rows.frame("foot-acme", "foot", zone: "footer", node: "acme", props: text("acme")),
            ["/", "/404"], "acme on "
        ),
        (
            update("foot-board", "conditions = '{\"themes\": [\"dark\"]}'"), ["/board/"],
            "work on board"
        ),
        (update("foot-work", "is_active = false"), ["/board/", "/desk/"], "acme on "),
        // Another component in another zone reaches the page with a footer of its own.
        (
            Rows.frame("bar", "bar", props: text("Bar"), isActive: true),
            ["/", "/404", "/board/", "/desk/", "/own/"], ">Bar</button>"
        ),
        (
            "UPDATE robbieblocks_components SET react_code = replace(react_code, 'button', 'b')"
                + " WHERE component_key = 'bar'", ["/", "/404", "/board/", "/desk/", "/own/"],
            ">Bar</b>"
        ),
        (
            "UPDATE robbieblocks_components SET component_key = 'top-bar' WHERE component_key = 'bar'",
            ["/", "/404", "/board/", "/desk/", "/own/"], ">Bar</b>"
        ),
        (
            "DELETE FROM robbieblocks_frame_blocks WHERE node_id = 'acme'",
            ["/", "/404", "/board/", "/desk/"], "new on "
        ),
        // Of another node, of no page's app, and unchanged.
        (Rows.frame("other", "foot", node: "other"), [], ""),
        (Rows.frame("play", "foot", app: "play"), [], ""),
        (update("foot", "zone = zone"), [], ""),
        ("TRUNCATE robbieblocks_frame_blocks", ["/", "/404", "/board/", "/desk/", "/own/"], ""),
    ]

    @Test func anEditReachesThePagesOfItsAppAndLayout() async throws {
        let site = try await TestSite(Self.pages)
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        for (sql, pages, shows) in Self.edits {
            let before = try site.files()
            try site.database.run(sql)
            let report = try await keeper.build(.changes)
            #expect(report.errors == [], "\(sql)")
            #expect(report.pending == 0)
            let changed = try site.files().filter {
                $0.key.hasSuffix(".html") && before[$0.key] != $0.value
            }
            let routes = changed.keys.map {
                "/" + $0.replacing("index.html", with: "").replacing(".html", with: "")
            }
            #expect(Set(routes) == pages, "\(sql)")
            for (file, bytes) in changed where !shows.isEmpty {
                #expect(String(decoding: bytes, as: UTF8.self).contains(shows), "\(sql): \(file)")
            }
            try await expectSameAsClean(site)
        }
        let folder = try SiteFolder(output: site.output, node: site.node)
        let state = try folder.state()
        let reasons = try folder.reasons(route: "board/index.html", release: state.release)
            .map(\.reason)
        #expect(reasons.contains("the frame of app 'work' changed"), "\(reasons)")
    }

    /// A page has the same bytes, and needs no rendering, when its copies go into the frame.
    @Test func aFrameEqualsCopiesOnEachPage() async throws {
        let copies = ["home", "desk", "board"].map {
            Rows.block(on: $0, "bar", zone: "header", props: Self.text("Bar"))
                + Rows.block(on: $0, "foot", order: 7, zone: "footer", props: Self.text("all"))
        }.joined()
        let site = try await TestSite(
            Self.components + Rows.page("home", route: "/", content: "# Home")
                + Rows.page("desk", route: "/desk/", app: "work")
                + Rows.page("board", route: "/board/", app: "work", layout: "dashboard")
                + Rows.page("404", route: "/404/", metadata: #"{"frame": false}"#) + copies)
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        let before = try site.liveManifest()
        // Beside the copies, it adds nothing.
        let frame =
            Rows.frame("bar", "bar", props: Self.text("Bar"))
            + Rows.frame("foot", "foot", zone: "footer", order: 7, props: Self.text("all"))
        try site.database.run(frame)
        #expect(try await keeper.build(.changes).rendered == 0)
        #expect(try site.liveManifest() == before)
        try site.database.run("DELETE FROM robbieblocks_page_blocks")
        #expect(try await keeper.build(.changes).rendered == 0)
        #expect(try site.liveManifest() == before)
        try await expectSameAsClean(site)

        // A block of the page at the same place has ids of its own.
        try site.database.run(
            Rows.block(on: "desk", "bar", props: Self.text("Own")) + Rows.block(on: "home", "foot"))
        let report = try await keeper.build(.changes)
        #expect(report.rendered == 2)
        #expect(report.diagnostics == [])
        #expect(try site.text("desk/index.html").contains(">Own</button>"))
        try await expectSameAsClean(site)
    }

    /// Each error is reported once and names the row; pages stay unchanged.
    @Test func errorsNameTheRow() async throws {
        let good = Rows.frame("foot", "foot", zone: "footer", props: Self.text("good"))
        let site = try await TestSite(Self.pages + good)
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        let before = try site.liveManifest()
        let long = String(repeating: "x", count: ContentStore.jsonLimit)
        let faults: [(set: String, code: Diagnostic.Code, field: String)] = [
            ("zone = 'fotter'", .unknownZone, "zone"),
            ("component_id = NULL", .unknownComponent, "component_id"),
            ("conditions = '{\"nodes\": [\"acne\"]}'", .badConditions, "conditions"),
            ("conditions = '[]'", .badConditions, "conditions"),
            ("props = '{\"text\": \"\(long)\"}'", .contentTooLarge, "props"),
        ]
        for fault in faults {
            try site.database.run("BEGIN; \(Self.update("foot", fault.set)) COMMIT;")
            let report = try await keeper.build(.changes)
            #expect(report.errors.map(\.code) == [fault.code], "\(fault.set)")
            #expect(
                report.errors.map(\.location) == [.init(frame: "foot", field: fault.field)],
                "\(fault.set)")
            #expect(report.kept == 0 && report.failed == 0)
            #expect(report.pending == 1)
            // Only a preview asks for them.
            #expect(report.faultyFiles.isEmpty)
            #expect(try site.liveManifest() == before)
            try site.database.run(
                Self.update(
                    "foot",
                    "zone = 'footer', conditions = '{}', props = '\(Self.text("good"))', component_id ="
                        + " (SELECT id FROM robbieblocks_components WHERE component_key = 'foot')"))
            #expect(try await keeper.build(.changes).errors == [])
        }
        try site.database.run(
            Rows.frame("bar", "bar", props: #"{"text": 7}"#)
                + Rows.frame("lost", "foot", node: "acne", app: "wrok", layout: "dashbord"))
        let report = try await keeper.build(.changes)
        #expect(report.errors.map(\.code) == [.badProps])
        #expect(
            report.errors.map(\.location)
                == [.init(frame: "bar", component: "bar", field: "props")])
        #expect(report.errors.first.map { "\($0)".contains("frame block 'bar'") } == true)
        let strays = report.diagnostics.filter { $0.severity == .warning }
        #expect(strays.map(\.location.frame) == ["lost", "lost", "lost"])
        #expect(
            strays.map(\.location.field) == ["node_id", "app_namespace", "layout_template"])
        #expect(strays.compactMap(\.hint).count == 3)

        try site.database.run(Rows.page("odd", route: "/odd/", metadata: #"{"frame": "no"}"#))
        let odd = try await keeper.build(.changes).errors
        #expect(odd.contains { $0.code == .badMetadata && $0.location.page == "odd" })
    }

    /// An edit by hand waits; pages go on with the frame as it was published.
    @Test(arguments: [false, true])
    func aWaitingEditWaits(restarts: Bool) async throws {
        let site = try await TestSite(
            Self.pages + Rows.frame("foot", "foot", zone: "footer", props: Self.text("old")))
        var keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        let edits = [
            Self.update("foot", "props = '\(Self.text("new"))'"),
            Rows.frame("bar", "bar", props: Self.text("Bar")),
            Self.update("foot", "is_active = false"),
            "DELETE FROM robbieblocks_frame_blocks WHERE frame_key = 'bar';",
            "TRUNCATE robbieblocks_frame_blocks;",
        ]
        for edit in edits {
            let (good, own) = (try site.liveManifest(), try site.bytes("desk/index.html"))
            try site.database.run(
                "SET robbieblocks.auto_deploy = off; \(edit) RESET robbieblocks.auto_deploy;")
            for _ in 0..<2 {
                if restarts { keeper = try site.keeper() }
                let report = try await keeper.build(restarts ? .reconciliation : .changes)
                #expect(report.errors == [])
                #expect(report.pending == 1)
                #expect(try site.liveManifest() == good, "\(edit)")
            }
            let store = ContentStore(of: site.database.target)
            let status = try await store.status(of: site.node)
            #expect(status.waitingRows.map(\.kind) == ["frame_block"])
            // Another edit goes live, and shows the frame as it was.
            try site.database.run(
                "UPDATE robbieblocks_pages SET content = content || 'x' WHERE page_key = 'home'")
            if restarts { keeper = try site.keeper() }
            #expect(try await keeper.build(restarts ? .reconciliation : .changes).rendered == 1)
            #expect(try site.bytes("desk/index.html") == own)
            #expect(try await site.build { $0.keepsGoing = true }.pending == 0)
            #expect(try await keeper.build(.changes).pending == 0)
            try await expectSameAsClean(site)
        }
    }

    /// While a row is wrong, its last good version is what pages show, and what they go on with when
    /// the correction waits.
    @Test(arguments: [false, true])
    func aWaitingCorrectionLeavesTheLastGoodVersion(restarts: Bool) async throws {
        let site = try await TestSite(
            Self.pages
                + Rows.component(
                    "note", code: "export default ({ text }) => <p>{text} on {usePage().key}</p>",
                    schema: #"{"text": {"type": "string"}}"#)
                + Rows.frame("foot", "note", zone: "footer", props: Self.text("good")))
        var keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        let long = String(repeating: "x", count: ContentStore.jsonLimit)
        let faults = [
            "props = '{\"text\": \"\(long)\"}'", "props = '{\"text\": 7}'", "zone = 'fotter'",
            "conditions = '[]'", "component_id = NULL",
        ]
        let good =
            "props = '\(Self.text("good"))', zone = 'footer', conditions = '{}', component_id ="
            + " (SELECT id FROM robbieblocks_components WHERE component_key = 'note')"
        func edit(_ page: String) -> String {
            "UPDATE robbieblocks_pages SET content = content || 'x' WHERE page_key = '\(page)';"
        }
        for fault in faults {
            try site.database.run("BEGIN; \(Self.update("foot", fault)) COMMIT;")
            #expect(try await keeper.build(.changes).errors.count == 1, "\(fault)")
            // A release of a page without the frame.
            try site.database.run(edit("bare"))
            #expect(try await keeper.build(.changes).rendered == 1, "\(fault)")
            if restarts { keeper = try site.keeper() }
            try site.database.run(
                "SET robbieblocks.auto_deploy = off; \(Self.update("foot", good))"
                    + "RESET robbieblocks.auto_deploy; \(edit("home"))")
            let report = try await keeper.build(restarts ? .reconciliation : .changes)
            #expect(report.errors == [], "\(fault)")
            #expect(report.rendered == 1, "\(fault)")
            #expect(try site.text("index.html").contains("good on home"), "\(fault)")
            #expect(try await site.build { $0.keepsGoing = true }.pending == 0)
            #expect(try await keeper.build(.changes).errors == [])
            try await expectSameAsClean(site)
        }
    }

    /// With drafts, what is not active goes before what is.
    @Test func draftsShowInactiveRows() async throws {
        let site = try await TestSite(
            Self.pages + Rows.frame("foot", "foot", zone: "footer", props: Self.text("live"))
                + Rows.frame(
                    "next", "foot", zone: "footer", props: Self.text("next"), isActive: false))
        try await site.build()
        #expect(try site.text("index.html").contains("live on home"))
        let drafts = try TestFolder()
        try await site.build {
            $0.includesDrafts = true
            $0.output = drafts.path
        }
        let files = try site.files(in: "\(drafts.path)/\(site.node)/current")
        let home = String(decoding: try #require(files["index.html"]), as: UTF8.self)
        #expect(home.contains("next on home") && !home.contains("live on home"))
    }

    /// Time gives pages another frame by itself, and falls back to the row for all.
    @Test func conditionsOfTheFrameComeDue() async throws {
        let site = try await TestSite(
            Self.pages + Rows.frame("foot", "foot", zone: "footer", props: Self.text("usual"))
                + Rows.frame("fair", "foot", zone: "footer", node: "acme", props: Self.text("fair"))
        )
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        // Long enough for one edit to be built before it, whatever else the machine does.
        try site.database.run(
            """
            UPDATE robbieblocks_frame_blocks SET conditions =
                jsonb_build_object('until', to_char((now() + interval '4 seconds')
                    AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
                WHERE frame_key = 'fair'
            """)
        try await keeper.build(.changes)
        #expect(try site.text("index.html").contains("fair on home"))
        try await keeper.waitUntilDue()
        #expect(try await keeper.build(.changes).rendered == 4)
        #expect(try site.text("index.html").contains("usual on home"))
        try await expectSameAsClean(site)
    }
}
