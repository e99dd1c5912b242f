import Build
import Core
import TestSupport
import Testing

/// Templates and branding that are edited while a build runs.
@Suite struct BuildInputTests {
    /// What the site shows of each template.
    private struct Shown: Equatable {
        var logo: String
        var color: Bool
        var layout: Bool
        var font: Bool
    }

    private static let fontFile = "fonts/own.woff2"

    /// Writes one generation of everything that a build reads beside rows.
    private static func write(_ generation: String, into site: TestSite) throws {
        try site.folder.write("branding/acme/logo.svg", "<svg id=\"\(generation)\"/>")
        try site.folder.write(
            "branding/acme/tokens.json",
            #"{"color.secondary": "\#(color(generation))", "font.body": "Own"}"#)
        try site.folder.write(
            "branding/fonts.json", #"[{"family": "Own", "file": "\#(fontFile)"}]"#)
        try site.folder.write(fontFile, "wOF2 " + generation)
        try site.folder.write(
            "templates/layouts/plain.tsx",
            """
            export default function Plain({ zones }) {
                return <main className="\(generation)-layout">{zones.main}</main>;
            }
            """)
    }

    private static func color(_ generation: String) -> String {
        generation == "old" ? "#112233" : "#445566"
    }

    private static func shown(by site: TestSite, _ generation: String) throws -> Shown {
        let files = try site.files()
        let sheet = try site.text("assets/site.css")
        // Fonts of earlier releases stay; the sheet names the one in use.
        let fonts = files.filter { path, _ in
            path.hasSuffix(".woff2") && sheet.contains(path.split(separator: "/").last ?? "")
        }.map(\.value)
        return Shown(
            logo: try site.text("assets/branding/logo.svg"),
            color: sheet.contains(color(generation)),
            layout: try site.text("index.html").contains("\(generation)-layout"),
            font: fonts == [Array("wOF2 \(generation)".utf8)])
    }

    private static func whole(_ generation: String) -> Shown {
        Shown(logo: "<svg id=\"\(generation)\"/>", color: true, layout: true, font: true)
    }

    @Test func editsUnderARunningBuildAreForTheNextOne() async throws {
        let site = try await TestSite(
            Rows.page("home", route: "/", layout: "plain"), copiesTemplates: true)
        try Self.write("old", into: site)
        let keeper = try site.keeper()
        let report = try await keeper.build(.reconciliation) { step in
            // Before the first row is read.
            if step == .reading {
                #expect(throws: Never.self) { try Self.write("new", into: site) }
            }
        }
        #expect(report.errors == [])
        #expect(try Self.shown(by: site, "old") == Self.whole("old"))

        // Nor does an edited token mix old and new files.
        try site.database.run(
            """
            UPDATE robbieblocks_node_branding
            SET style_overrides = style_overrides || '{"color.primary": "#0F766E"}'
            """)
        #expect(try await keeper.build(.changes).outcome == .published(release: 2))
        #expect(try Self.shown(by: site, "old") == Self.whole("old"))

        await keeper.use(try site.library())
        #expect(try await keeper.build(.reconciliation).outcome == .published(release: 3))
        #expect(try Self.shown(by: site, "new") == Self.whole("new"))
    }

    /// What is set while a build runs does not reach it either.
    @Test func templatesThatAreSetUnderARunningBuildAreForTheNextOne() async throws {
        let site = try await TestSite(
            Rows.page("home", route: "/", layout: "plain"), copiesTemplates: true)
        try Self.write("old", into: site)
        let keeper = try site.keeper()
        let (steps, told) = AsyncStream.makeStream(of: BuildProgress.self)
        async let building = {
            defer { told.finish() }
            return try await keeper.build(.reconciliation) { told.yield($0) }
        }()
        for await step in steps where step == .reading { break }
        try Self.write("new", into: site)
        await keeper.use(try site.library())
        #expect(try await building.outcome == .published(release: 1))
        #expect(try Self.shown(by: site, "old") == Self.whole("old"))
        #expect(try await keeper.build(.changes).outcome == .published(release: 2))
        #expect(try Self.shown(by: site, "new") == Self.whole("new"))
    }

    /// A file that cannot be read fails the build that needs it, and the next one reads it again.
    @Test func aFileThatCannotBeReadIsReadAgain() async throws {
        let site = try await TestSite(Rows.page("home", route: "/"), copiesTemplates: true)
        try site.folder.write("branding/acme/tokens.json", "{")
        let keeper = try site.keeper()
        let fault = await #expect(throws: Diagnostic.self) {
            try await keeper.build(.reconciliation)
        }
        #expect(fault?.code == .badBranding)
        try site.folder.write("branding/acme/tokens.json", "{}")
        #expect(try await keeper.build(.reconciliation).outcome == .published(release: 1))
    }
}
