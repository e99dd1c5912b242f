import Core
import FoundationEssentials
import SiteModel
import Testing

@testable import Bundling
@testable import Rendering

/// What a page is planned again for: the named inputs tell which pages to look at, and the
/// fingerprint whether to render them.
@Suite struct PlannedInputTests {
    private static let body = PlannedNode.body("# Hi", Block("card", 1))

    /// A change of one thing, the names of the inputs that it changes, and whether it changes the
    /// page, which places a card.
    private struct Change {
        var what: String
        var names: Set<String>
        var isRead: Bool
        var apply: (inout PlannedNode) -> Void

        init(
            _ what: String, _ names: Set<String> = [], isRead: Bool,
            _ apply: @escaping (inout PlannedNode) -> Void
        ) {
            (self.what, self.names, self.isRead, self.apply) = (what, names, isRead, apply)
        }
    }

    private static var changes: [Change] {
        [
            Change("nothing", isRead: false) { _ in },
            Change("engine", ["engine"], isRead: true) { $0.engineVersion = "2" },
            Change("runtime", ["engine"], isRead: true) { $0.runtime.code = "other" },
            Change("development build", isRead: false) { $0.runtime.explainingCode = "other" },
            Change("document", ["document"], isRead: true) {
                $0.bundle.document = .made(.document, "document", code: "other")
            },
            Change("node", ["node"], isRead: true) { $0.node.name = "Other" },
            Change("address", ["node"], isRead: true) {
                $0.node.metadata = ["base_url": "https://other.example"]
            },
            Change("theme", ["conditions", "node"], isRead: true) { $0.theme = "dark" },
            Change("menu", ["menu"], isRead: true) { $0.pages[1].menuLabel = "About" },
            Change("script", ["assets"], isRead: true) { $0.bundle.customScript = "/a.js" },
            Change("fonts", ["assets"], isRead: true) { $0.bundle.fontPreloads = ["/a.woff2"] },
            Change("other pages", isRead: false) { $0.pages[1].name = "Other" },
            Change("component", ["component:card"], isRead: true) {
                $0.bundle.components["card"]?.serverCode = "other"
            },
            Change("styles", ["component:card"], isRead: true) {
                $0.bundle.components["card"]?.styles = ModuleStyles(css: ".card{}")
            },
            Change("other component", ["component:hero"], isRead: false) {
                $0.bundle.components["hero"]?.serverCode = "other"
            },
            Change("layout", ["layout:single-column"], isRead: true) {
                $0.bundle.layouts["single-column"]?.serverCode = "other"
            },
            Change("other layout", ["layout:wide"], isRead: false) {
                $0.bundle.layouts["wide"]?.serverCode = "other"
            },
            Change("site styles", isRead: false) { $0.bundle.siteStyles = "body{}" },
            Change("source map", isRead: false) {
                $0.bundle.components["card"]?.codeField = "templates/components/card.tsx"
            },
        ]
    }

    @Test func aFingerprintCoversWhatThePageReads() throws {
        let before = PlannedNode()
        let planner = try before.planner()
        let planned = try before.plan(Self.body)
        for change in Self.changes {
            var after = before
            change.apply(&after)
            let next = try after.planner()
            let names = Set(planner.inputs.keys).union(next.inputs.keys)
            #expect(
                names.filter { planner.inputs[$0] != next.inputs[$0] } == change.names,
                "\(change.what)")
            let other = try after.plan(Self.body)
            #expect(
                (planned.job?.fingerprint != other.job?.fingerprint) == change.isRead,
                "\(change.what)")
            // What changes a page is among the inputs that it names.
            let read = Set(planned.inputs + SharedInput.everyPage)
            if change.isRead { #expect(!change.names.isDisjoint(with: read), "\(change.what)") }
        }
    }

    @Test func aFingerprintCoversTheRowsOfThePage() throws {
        let site = PlannedNode()
        var fingerprints = [try #require(try site.plan(Self.body).job).fingerprint]
        let bodies = [
            PlannedNode.body("# Other", Block("card", 1)),
            PlannedNode.body("# Hi", metadata: #"{"a": 1}"#, Block("card", 1)),
            PlannedNode.body("# Hi", metadata: #"{"language": "de"}"#, Block("card", 1)),
            PlannedNode.body("# Hi", Block("card", 2)),
            PlannedNode.body("# Hi", Block("card", 1, "footer")),
            PlannedNode.body("# Hi", Block("hero", 1)),
            PlannedNode.body("# Hi", Block("card", 1), Block("card", 2)), PlannedNode.body("# Hi"),
        ]
        for body in bodies { fingerprints.append(try #require(site.plan(body).job).fingerprint) }
        let edits: [(inout Page) -> Void] = [
            { $0.name = "Other" }, { $0.metaTitle = "Other" }, { $0.metaDescription = "Other" },
            { $0.layout = "wide" }, { $0.isTrusted = true }, { $0.isHiddenFromSearch = true },
            { $0.updatedAtMilliseconds += 1 }, { $0.key = "other" },
        ]
        for edit in edits {
            var other = site
            edit(&other.pages[0])
            let planned = try other.plan(Self.body, of: other.pages[0].key)
            fingerprints.append(try #require(planned.job).fingerprint)
        }
        #expect(Set(fingerprints).count == fingerprints.count)
        // A version is no input: it tells where to look, and not what is there.
        var other = site
        other.pages[0].version = 7
        #expect(try other.plan(Self.body).job?.fingerprint == fingerprints[0])
    }

    @Test func theListOfPagesIsReadWhereItIsShown() throws {
        var before = PlannedNode()
        before.bundle.components["card"]?.mayListPages = true
        #expect(try before.plan(Self.body).inputs.contains("pages"))
        #expect(try !before.plan(PlannedNode.body("", Block("hero", 1))).inputs.contains("pages"))
        var after = before
        after.pages[1].name = "Other"
        #expect(try before.planner().inputs["pages"] != after.planner().inputs["pages"])
        #expect(
            try before.plan(Self.body).job?.fingerprint
                != after.plan(Self.body).job?.fingerprint)
        let hero = PlannedNode.body("", Block("hero", 1))
        #expect(
            try before.plan(hero).job?.fingerprint == after.plan(hero).job?.fingerprint)
    }
}
