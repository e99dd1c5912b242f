import Build
import TestSupport
import Testing

/// Reads are observed during rendering: however the code is written, each page shows its own data.
@Suite struct ObservedDependencyTests {
    /// Each is an expression whose value follows from the page, with what hides it from a search.
    private static let readers = [
        #"rb["use" + "Page"]().route"#, #"R["use" + "Id"]()"#, #"Math["ran" + "dom"]()"#,
        #"new globalThis["Da" + "te"]().toISOString()"#,
        #"self["In" + "tl"].DateTimeFormat().format()"#,
        #"rb["use" + "Pages"]().map((p) => p.title).join()"#, #"rb["use" + "Menu"]().length"#,
        #"rb["use" + "Headings"]().map((h) => h.level + h.id + h.text).join()"#,
    ]

    private static let code = """
        import * as rb from "robbieblocks";
        import * as R from "react";
        const readers = [\(readers.map { "() => \($0)" }.joined(separator: ", "))];
        export default function Reader({ n }) { return <p id={"r" + n}>{String(readers[n]())}</p>; }
        """

    private func site() async throws -> TestSite {
        // A component for each, since what one was seen to read counts for all of its blocks.
        var rows = Self.readers.indices.map { Rows.component("reader\($0)", code: Self.code) }
            .joined()
        for page in 0..<6 {
            rows += Rows.page(
                "p\(page)", route: "/p\(page)/", content: "# One\n\n## Part \(page) of *all*")
            for n in Self.readers.indices {
                for twin in 0...1 {
                    rows += Rows.block(
                        on: "p\(page)", "reader\(n)", order: 2 * n + twin, props: #"{"n": \#(n)}"#)
                }
            }
        }
        rows += Rows.lastEdited(
            "'2026-01-02T03:04:05Z'::timestamptz + right(page_key, 1)::int * '1 day'::interval")
        return try await TestSite(rows)
    }

    @Test func eachPageShowsItsOwn() async throws {
        let site = try await site()
        let report = try await site.build { $0.workers = 1 }
        #expect(report.errors == [])
        for page in 0..<6 {
            let html = try site.text("p\(page)/index.html")
            #expect(html.contains("<p id=\"r0\">/p\(page)/</p>"))
            #expect(
                html.contains("<p id=\"r1\">:b2-R0:</p>")
                    && html.contains("<p id=\"r1\">:b3-R0:</p>"))
            #expect(html.contains("<p id=\"r3\">2026-01-0\(page + 2)T03:04:05.000Z</p>"))
            #expect(html.contains("<p id=\"r4\">1/\(page + 2)/2026</p>"))
            #expect(html.contains("<p id=\"r5\">p0,p1,p2,p3,p4,p5</p>"))
            #expect(
                html.contains("<p id=\"r7\">1oneOne,2part-\(page)-of-allPart \(page) of all</p>"))
        }
        // The same whatever was rendered before on the same worker.
        let elsewhere = try TestFolder()
        let other = try await site.build {
            $0.workers = 3
            $0.output = elsewhere.path
        }
        #expect(other.buildHash == report.buildHash)
        try site.database.run(
            "UPDATE robbieblocks_pages SET page_name = 'Other' WHERE page_key = 'p5'")
        try await site.build { $0.workers = 1 }
        #expect(try site.text("p0/index.html").contains("<p id=\"r5\">p0,p1,p2,p3,p4,Other</p>"))
    }

    @Test func anIslandIsGivenWhatItReads() async throws {
        let code = """
            import * as rb from "robbieblocks";
            export default function Part() {
              const [n] = useState(0);
              return <button onClick={() => {}}>{rb["use" + "Page"]().title} {n}</button>;
            }
            """
        let site = try await TestSite(Rows.pageWithComponent("home", code: code))
        #expect(try await site.build().diagnostics == [])
        #expect(
            try site.text("home/index.html").contains(
                "&quot;page&quot;:{&quot;key&quot;:&quot;home&quot;"))
    }

    /// Wherever a block stands, it can list the headings of the page's Markdown.
    @Test func everyPlaceCanListTheHeadings() async throws {
        let list =
            "{useHeadings().map(({ level, id, text }) => `${level} ${id} ${text}`).join('; ')}"
        let island = """
            export default function Part() {
              const [n] = useState(0);
              return <button onClick={() => {}}>\(list) {n}</button>;
            }
            """
        let content = "# One\n\n## \"Two\" & <b>more</b>\n\n### Own {#x}"
        let rows =
            Rows.component("before", code: "<nav>\(list)</nav>")
            + Rows.component("island", code: island)
            + (0..<4).map { page in
                Rows.page("p\(page)", route: "/p\(page)/", content: page == 3 ? "" : content)
                    + Rows.block(on: "p\(page)", "before", zone: "header")
                    + Rows.block(on: "p\(page)", "before", order: 9)
                    + Rows.block(on: "p\(page)", "island", order: 10)
            }.joined()
        let site = try await TestSite(rows)
        #expect(try await site.build().errors == [])
        let expected = "1 one One; 2 two--more &quot;Two&quot; &amp; more; 3 x Own"
        for page in 0..<3 {
            let html = try site.text("p\(page)/index.html")
            #expect(html.ranges(of: "<nav>\(expected)</nav>").count == 2, "\(html)")
            #expect(html.contains("&quot;headings&quot;:[{&quot;level&quot;:1,&quot;id&quot;:"))
        }
        #expect(try site.text("p3/index.html").contains("<nav></nav>"))

        // An edit of one page's Markdown reaches the lists on that page alone.
        try site.database.run(
            "UPDATE robbieblocks_pages SET content = '## New' WHERE page_key = 'p1'")
        #expect(try await site.build().rendered == 1)
        #expect(try site.text("p1/index.html").contains("<nav>2 new New</nav>"))
        #expect(try site.text("p0/index.html").contains("<nav>\(expected)</nav>"))
    }

    /// Rows decide the bytes; what the engine remembers, and how it was called, does not.
    @Test func nothingButTheRowsIsToBeSeen() async throws {
        let code = """
            function attempt(task) { try { return String(task()); } catch (e) { return e.name; } }
            class Later extends Date {}
            const facts = [
              () => new Error("x").stack, () => { try { null.x; } catch (e) { return e.stack + e.line; } },
              () => { const o = {}; Error.captureStackTrace?.(o); return o.stack; },
              () => Object.getPrototypeOf(Date).now, () => Date.now(), () => Date(), () => new Date(),
              () => Reflect.construct(Date, []), () => new Later().getTime(), () => Date.prototype.constructor.now(),
              () => new Intl.DateTimeFormat("en", { timeStyle: "medium" }).format(),
              () => new Intl.DateTimeFormat("en", { timeStyle: "medium" }).format(undefined),
              () => new Intl.DateTimeFormat("en", { timeStyle: "medium" }).formatToParts().map((p) => p.value).join(""),
              () => { const f = new Intl.DateTimeFormat("en"); return f.format === f.format; },
              () => new Date().toLocaleString(), () => new Date().toLocaleTimeString(), () => new Date().getTimezoneOffset(),
              () => Intl.DateTimeFormat().resolvedOptions().timeZone, () => Intl.NumberFormat().resolvedOptions().locale,
              () => new Intl.Collator().resolvedOptions().locale, () => (1234567.891).toLocaleString(),
              () => ["z", "ä", "a"].sort((a, b) => a.localeCompare(b)).join(""), () => "I".toLocaleLowerCase(),
              () => Date.parse("2026-01-02T00:00"), () => new Date(2026, 0, 2).toISOString(),
              () => performance.now(), () => typeof Temporal, () => new WeakRef(facts).deref() === facts,
              () => Date.length + Date.name, () => new Date(0) instanceof Date, () => Math.random(),
            ];
            export default function Facts({ n }) { return <ol>{facts.map((f, i) => <li key={i}>{attempt(f)}</li>)}</ol>; }
            """
        var rows = Rows.component("facts", code: code)
        for page in 0..<3 {
            rows += Rows.page("p\(page)", route: "/p\(page)/")
            for order in 1...2 {
                rows += Rows.block(
                    on: "p\(page)", "facts", order: order, props: #"{"n": \#(page % 2)}"#)
            }
        }
        rows += Rows.lastEdited()
        let site = try await TestSite(rows)
        var seen: Set<String> = []
        for zone in ["UTC", "Asia/Tokyo"] {
            let folder = try TestFolder()
            let result = try Program.run(
                ProjectFolder.program,
                ["build", "--node", "acme", "--output", folder.path, "--compression", "off"],
                environment: [
                    "DATABASE_URL": site.database.url, "ROBBIEBLOCKS_HOME": ProjectFolder.path,
                    "TZ": zone, "LC_ALL": zone == "UTC" ? "C" : "tr_TR.UTF-8",
                    "LANG": "de_DE.UTF-8",
                ])
            #expect(result.status == 0, "\(result.errors)")
            for page in 0..<3 {
                let html =
                    try site.files(in: folder.path + "/acme/current")["p\(page)/index.html"] ?? []
                for list in String(decoding: html, as: UTF8.self).split(separator: "<ol>")
                    .dropFirst()
                {
                    seen.insert(
                        String(
                            list.prefix(
                                upTo: list.firstRange(of: "</ol>")?.lowerBound ?? list.endIndex)))
                }
            }
        }
        #expect(seen.count == 1, "\(seen)")
        let facts = try #require(seen.first).split(separator: "</li>")
            // Which space stands before AM is a matter of the engine's version.
            .map { String($0.dropFirst(4)).replacing("\u{202F}", with: " ") }
        let time = "Fri Jan 02 2026 03:04:05 GMT+0000 (Coordinated Universal Time)"
        #expect(
            facts.dropLast() == [
                "", "undefined", "undefined", "undefined", "1767323045000",
                "\(time)", "\(time)", "\(time)", "1767323045000", "1767323045000",
                "3:04:05 AM", "3:04:05 AM", "3:04:05 AM", "true",
                "1/2/2026, 3:04:05 AM", "3:04:05 AM", "0", "UTC", "en-US", "en-US",
                "1,234,567.891", "aäz", "i", "1767312000000", "2026-01-02T00:00:00.000Z",
                "0", "undefined", "true", "7Date", "true",
            ])
    }
}
