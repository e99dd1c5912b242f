import Build
import Bundling
import Content
import Core
import Foundation
import PostgreSQL
import Publishing
import TestSupport
import Testing

/// Rows of the frame that pages cannot have as they are: pages go on with what was published last.
@Suite struct WrongFrameTests {
    private static let rows =
        Rows.component(
            "note", code: "export default ({ text }) => <p>{text} on {usePage().key}</p>",
            schema: #"{"text": {"type": "string"}}"#)
        + Rows.component("always", code: "export default () => { throw new Error('always'); }")
        // An island that is part of the site only while pages have it.
        + Rows.component(
            "desk-only",
            code: """
                export default () => {
                    const [n, set] = useState(0);
                    if (usePage().key === 'desk') throw new Error('not at the desk');
                    return <button onClick={() => set(n + 1)}>{n}</button>;
                }
                """)
        + Rows.component("draft", code: "<p>draft</p>", isPublished: false)
        + Rows.page("home", route: "/") + Rows.page("desk", route: "/desk/", app: "work")
        + Rows.page("board", route: "/board/", app: "work", layout: "dashboard")
        + Rows.page("bare", route: "/bare/", metadata: #"{"frame": false}"#)

    private static func text(_ text: String) -> String { #"{"text": "\#(text)"}"# }

    private static func update(_ key: String, _ set: String) -> String {
        "UPDATE robbieblocks_frame_blocks SET \(set) WHERE frame_key = '\(key)';"
    }

    private static func edit(_ page: String, _ text: String) -> String {
        "UPDATE robbieblocks_pages SET content = '\(text)' WHERE page_key = '\(page)';"
    }

    private static func component(_ key: String) -> String {
        "component_id = (SELECT id FROM robbieblocks_components WHERE component_key = '\(key)')"
    }

    private static func good(_ text: String) -> String {
        update(
            "foot",
            "props = '\(Self.text(text))', zone = 'footer', conditions = '{}', "
                + component("note"))
    }

    private static let faults: [(set: String, code: Diagnostic.Code)] = [
        ("zone = 'fotter'", .unknownZone),
        ("props = '{\"text\": 7}'", .badProps),
        (
            "props = '{\"text\": \"\(String(repeating: "x", count: ContentStore.jsonLimit))\"}'",
            .contentTooLarge
        ),
        ("conditions = '[]'", .badConditions),
        ("component_id = NULL", .unknownComponent),
        (component("draft"), .unpublishedComponent),
        (component("always"), .renderFailed),
        (component("desk-only"), .renderFailed),
    ]

    @Test func aWrongRowStopsNoOtherEdit() async throws {
        let site = try await TestSite(
            Self.rows
                + Rows.frame("foot", "note", zone: "footer", props: Self.text("good")))
        let cache = BundleCache()
        var keeper = try site.keeper(cache: cache)
        #expect(try await keeper.build(.reconciliation).errors == [])
        var number = 0
        for fault in Self.faults {
            let name = "\(fault.set.prefix(60))"
            let before = try site.files()
            let text =
                String(decoding: before["index.html"] ?? [], as: UTF8.self)
                    .contains("good on home") ? "good" : "good \(number)"
            try site.database.run(Self.update("foot", fault.set))
            let report = try await keeper.build(.changes)
            #expect(report.errors.map(\.code) == [fault.code], "\(name)")
            let location = report.errors.first?.location
            #expect(location?.frame == "foot" && location?.page == nil, "\(name)")
            #expect(report.kept == 0 && report.failed == 0 && report.pending == 1, "\(name)")
            #expect(try site.files() == before, "\(name)")
            for isRestarted in [false, true] {
                if isRestarted { keeper = try site.keeper(cache: cache) }
                number += 1
                let new = Rows.page("new\(number)", route: "/new\(number)/", app: "work")
                try site.database.run(Self.edit("home", "Edit \(number).") + new)
                let report = try await keeper.build(isRestarted ? .reconciliation : .changes)
                #expect(report.errors.map(\.code) == [fault.code], "\(name)")
                #expect(report.kept == 0 && report.pending == 1, "\(name)")
                #expect(try site.text("index.html").contains("Edit \(number)."), "\(name)")
                for (file, key) in [("index", "home"), ("new\(number)/index", "new\(number)")] {
                    #expect(try site.text("\(file).html").contains("\(text) on \(key)"), "\(name)")
                }
                #expect(try site.bytes("desk/index.html") == before["desk/index.html"], "\(name)")
                let reasons = try SiteFolder(output: site.output, node: site.node)
                let why = try reasons.reasons(
                    route: "index.html", release: try reasons.state().release)
                #expect(why.map(\.reason).first == "the row of the page changed", "\(name)")
            }
            // A reconciliation finds nothing else.
            #expect(try await keeper.build(.reconciliation).rendered == 0, "\(name)")
            let byHand = try await site.build(cache: cache)
            #expect(byHand.outcome == .refused && byHand.errors.map(\.code) == [fault.code])
            try site.database.run(Self.good("good \(number)"))
            let fixed = try await keeper.build(.changes)
            #expect(fixed.errors == [] && fixed.pending == 0, "\(name)")
            #expect(try site.text("desk/index.html").contains("good \(number) on desk"), "\(name)")
            let clean = try await site.cleanManifest(cache: cache)
            #expect(try site.liveManifest() == clean, "\(name)")
        }
    }

    /// Pages are not published without a row that was wrong from the beginning; one that is added later
    /// is left out.
    @Test func aRowThatWasNeverPublished() async throws {
        let site = try await TestSite(
            Self.rows
                + Rows.frame("foot", "note", zone: "footer", props: #"{"text": 7}"#))
        let cache = BundleCache()
        var keeper = try site.keeper(cache: cache)
        for step in 1...3 {
            let report = try await keeper.build(step == 1 ? .reconciliation : .changes)
            #expect(report.errors.map(\.code) == [.badProps])
            #expect(report.errors.first?.location.frame == "foot")
            let pages = try site.files().keys.filter { $0.hasSuffix(".html") }
            #expect(pages == ["bare/index.html"])
            if step == 2 { keeper = try site.keeper(cache: cache) }
            try site.database.run(Self.edit("home", "Edit \(step)."))
        }
        try site.database.run(Self.good("good"))
        #expect(try await keeper.build(.changes).errors == [])
        #expect(try site.text("index.html").contains("good on home"))

        try site.database.run(Rows.frame("banner", "note", props: #"{"text": 7}"#))
        for isRestarted in [false, true] {
            if isRestarted { keeper = try site.keeper(cache: cache) }
            try site.database.run(Self.edit("home", "Later \(isRestarted)."))
            let report = try await keeper.build(isRestarted ? .reconciliation : .changes)
            #expect(report.errors.map(\.location.frame) == ["banner"])
            #expect(report.rendered == 1 && report.pending == 1)
            #expect(try site.text("index.html").contains("Later \(isRestarted)."))
        }
        // An edit of the component fixes the error of the row.
        try site.database.run(
            """
            UPDATE robbieblocks_components SET props_schema = '{"text": {}}'
            WHERE component_key = 'note'
            """)
        #expect(try await keeper.build(.changes).errors == [])
        #expect(try site.text("index.html").contains("7 on home"))
        let clean = try await site.cleanManifest(cache: cache)
        #expect(try site.liveManifest() == clean)
    }

    /// When a page alone is at fault, the row goes live elsewhere.
    @Test func aPageAtFaultHoldsNoRow() async throws {
        let code =
            "export default ({ text }) => { if (usePage().title === 'Bad') throw new Error();"
            + " return <p>{text} on {usePage().key}</p>; }"
        let site = try await TestSite(
            Self.rows + Rows.component("strict", code: code)
                + Rows.frame("foot", "strict", zone: "footer", props: Self.text("one")))
        let cache = BundleCache()
        var keeper = try site.keeper(cache: cache)
        try await keeper.build(.reconciliation)
        func title(_ text: String) -> String {
            "UPDATE robbieblocks_pages SET meta_title = '\(text)' WHERE page_key = 'desk';"
        }
        try site.database.run(title("Bad"))
        #expect(try await keeper.build(.changes).kept == 1)
        for text in ["two", "three"] {
            try site.database.run(Self.update("foot", "props = '\(Self.text(text))'"))
            let report = try await keeper.build(text == "two" ? .changes : .reconciliation)
            #expect(report.kept == 1 && report.errors.map(\.location.page) == ["desk"])
            #expect(try site.text("index.html").contains("\(text) on home"))
            #expect(try site.text("desk/index.html").contains("one on desk"))
            keeper = try site.keeper(cache: cache)
        }
        // A row that a page alone cannot have is right once that page is edited.
        try site.database.run(title("Good"))
        #expect(try await keeper.build(.reconciliation).errors == [])
        try site.database.run(Self.update("foot", Self.component("desk-only")))
        #expect(try await keeper.build(.changes).errors.count == 1)
        try site.database.run(
            "UPDATE robbieblocks_pages SET page_key = 'table' WHERE page_key = 'desk'")
        #expect(try await keeper.build(.changes).errors == [])
        let clean = try await site.cleanManifest(cache: cache)
        #expect(try site.liveManifest() == clean)
    }
}
