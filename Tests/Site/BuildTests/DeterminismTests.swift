import Build
import Bundling
import Core
import Foundation
import Publishing
import TestSupport
import Testing

/// The same rows give the same bytes, wherever and however they are built.
@Suite struct DeterminismTests {
    @Test func twoCleanBuildsAreByteForByteTheSame() async throws {
        let site = try await TestSite()
        try site.database.loadStarterContent()
        let first = try await site.build(cache: BundleCache()) {
            $0.node = "testpilot"
            $0.workers = 1
            $0.compresses = true
        }
        let elsewhere = try TestFolder()
        let second = try await site.build(cache: BundleCache()) {
            $0.node = "testpilot"
            $0.workers = 4
            $0.compresses = true
            $0.output = elsewhere.path + "/a/deeper/folder"
        }
        #expect(first.errors == [])
        #expect(first.buildHash == second.buildHash)
        let left = try site.files(in: site.output + "/testpilot/current")
        let right = try site.files(in: elsewhere.path + "/a/deeper/folder/testpilot/current")
        #expect(left.count > 100)
        #expect(left == right)
    }

    /// What a component leaves behind in its module, in the engine's objects, in the clock or in the
    /// order of chance must not reach another page.
    @Test func pagesDoNotSeeEachOther() async throws {
        let code = """
            let calls = 0;
            function Leaky({ n }) {
              calls += 1;
              try { globalThis.shared = (globalThis.shared ?? 0) + 1; } catch {}
              try { Math.leak = (Math.leak ?? 0) + 1; } catch {}
              try { Array.prototype.leak = (Array.prototype.leak ?? 0) + 1; } catch {}
              return <p>{n} {calls} {String(globalThis.shared)} {String(Math.leak)} {String([].leak)}
                {Math.random()} {new Date().toISOString()} {Date.now()}</p>;
            }
            """
        let rows = (0..<200).map {
            Rows.page("p\($0)", route: "/p\($0)/")
                + Rows.block(on: "p\($0)", "leaky", props: #"{"n": \#($0)}"#)
        }
        let site = try await TestSite(
            Rows.component("leaky", code: code) + rows.joined()
                + "UPDATE robbieblocks_pages SET updated_at = '2026-01-02T03:04:05Z';")
        let first = try await site.build(cache: BundleCache()) { $0.workers = 1 }
        let folder = try TestFolder()
        let second = try await site.build(cache: BundleCache()) {
            $0.workers = 3
            $0.output = folder.path
        }
        #expect(first.errors == [])
        #expect(first.buildHash == second.buildHash)
        let html = try site.text("p7/index.html")
        #expect(html.contains("<p>7 1 undefined undefined undefined"))
    }

    /// Whether blocks are rendered with their page or alone, a layout that shows a zone twice, or leaves
    /// one out, gives the same.
    @Test func layoutsMayShowAZoneTwiceOrNotAtAll() async throws {
        func page(_ key: String) -> String {
            Rows.page(key, route: "/\(key)/")
                + Rows.block(on: key, "count", zone: "header", props: #"{"n": "\#(key)"}"#)
        }
        let counter =
            "let calls = 0;\nexport default ({ n }) => { calls += 1; return <b>{n} {calls}</b>; };"
        let site = try await TestSite(
            Rows.component("count", code: counter) + page("one") + page("two")
                + Rows.pageWithComponent("broken", code: "<i>{props.no.where}</i>")
                + "UPDATE robbieblocks_page_blocks SET zone = 'footer' WHERE zone = 'main';",
            copiesTemplates: true)
        let layout = "templates/layouts/single-column.tsx"
        let text = try String(contentsOfFile: "\(site.project)/\(layout)", encoding: .utf8)
        let edited = text.replacing("{zones.header}<", with: "{zones.header}{zones.header}<")
            .replacing("{zones.footer}", with: "")
        #expect(edited.contains("{zones.header}{zones.header}"))
        #expect(!edited.contains("{zones.footer}"))
        try site.folder.write(layout, edited)
        let report = try await site.build(cache: BundleCache()) {
            $0.keepsGoing = true
            $0.workers = 1
        }
        #expect(report.errors.map(\.location.page) == ["broken"])
        for key in ["one", "two"] {
            #expect(try site.text("\(key)/index.html").contains("<b>\(key) 1</b><b>\(key) 1</b>"))
        }
    }

    @Test func anUnchangedDatabasePublishesNothingNew() async throws {
        let site = try await TestSite(Rows.page("home", route: "/"))
        #expect(try await site.build(cache: BundleCache()).outcome == .published(release: 1))
        #expect(try await site.build(cache: BundleCache()).outcome == .unchanged(release: 1))
        try site.database.run("UPDATE robbieblocks_pages SET content = 'new'")
        #expect(try await site.build(cache: BundleCache()).outcome == .published(release: 2))
        try site.database.run("UPDATE robbieblocks_pages SET page_route = '/moved/'")
        #expect(try await site.build(cache: BundleCache()).outcome == .published(release: 3))
        #expect(try site.files()["index.html"] == nil)
        #expect(try site.files()["moved/index.html"] != nil)
    }
}
