import Build
import Core
import PostgreSQL
import SiteModel
import TestSupport
import Testing

@testable import Operations

extension BrowserTests {
    private static func code(_ word: String) -> String {
        """
        import { useState } from 'react';
        export default function Counter() {
          const [count, setCount] = useState(0);
          return (
            <button className="counter" onClick={() => setCount(count + 1)}>
              \(word) {count}
            </button>
          );
        }
        """
    }

    /// Edits a row and builds the site: the browser's reaction depends on the kind of edit.
    @Test func editsOfRowsReachThePage() async throws {
        let site = try await TestSite(
            Rows.page("home", route: "/", content: "# Hi")
                + Rows.component(
                    "counter", code: Self.code("one"), styles: ".counter { color: rgb(1, 1, 1) }")
                + Rows.block(on: "home", "counter"))
        let rows = try site.database.connect()
        func edit(_ column: String, _ text: String) throws {
            let quoted = "$rb$\(text)$rb$"
            try rows.run(script: "UPDATE robbieblocks_components SET \(column) = \(quoted)")
        }
        try await site.build()
        let running = try await RunningPreview.start(site: site.current, release: 1)
        var files = try site.files()
        /// Builds as a watcher does, and tells the preview how that went.
        func build() async throws -> BuildReport {
            let report = try await site.build()
            if case .published(let release) = report.outcome {
                let now = try site.files()
                let paths = Set(files.keys).union(now.keys).filter { files[$0] != now[$0] }
                files = now
                running.preview.send(.published(release: release, changed: paths))
            }
            running.preview.send(
                report.errors.isEmpty ? .fixed : .failed(report.errors.map { PreviewFault($0) }))
            return report
        }
        let button = "document.querySelector('.counter')"
        func waitForColor(_ number: Int, of property: String = "color") async throws {
            try await browser.waitUntil(
                "getComputedStyle(\(button)).\(property) === 'rgb(\(number), \(number), \(number))'"
            )
        }

        try await open(port: running.port)
        try await browser.waitUntil("document.querySelector('rb-island').dataset.hydrated === ''")
        try await browser.find(".counter").click()
        try await browser.find(".counter").click()
        try await browser.waitUntil("\(button).textContent === 'one 2'")

        // Styles of a component, then a token: the counter goes on counting.
        try edit("css_styles", ".counter { color: rgb(2, 2, 2); background: var(--color-primary) }")
        _ = try await build()
        try await waitForColor(2)
        try rows.run(
            script: """
                UPDATE robbieblocks_node_branding
                SET style_overrides = '{"theme": "light", "color.primary": "#030303"}'
                """)
        _ = try await build()
        try await waitForColor(3, of: "backgroundColor")
        #expect(try await isMarked())
        #expect(try await browser.execute("return \(button).textContent").string == "one 2")

        // Its code: the page is reloaded, and the new code runs.
        try edit("react_code", Self.code("two"))
        _ = try await build()
        try await browser.waitUntil(
            "\(button)?.textContent === 'two 0' && document.querySelector('rb-island').dataset.hydrated === ''"
        )
        #expect(try await !isMarked())
        try await browser.find(".counter").click()
        try await browser.waitUntil("\(button).textContent === 'two 1'")

        // Code that is wrong: the page stays, and the row, the line and the column are named.
        _ = try await browser.execute("window.mark = 1")
        try edit("react_code", "export default function Counter() {\n  return <b>{oops</b>;\n}")
        let fault = try #require(try await build().errors.first)
        try await browser.waitUntil("\(Self.dialog).open")
        let text = try await browser.execute("return \(Self.dialog).innerText").string ?? ""
        let place = try #require(
            fault.location.line.flatMap { line in
                fault.location.column.map { "react_code:\(line):\($0)" }
            })
        for part in [fault.message, "component counter", place] {
            #expect(text.contains(part), "\(text)")
        }
        #expect(try await browser.execute("return \(button).textContent").string == "two 1")

        // As it was before: nothing is new, but nothing is wrong any more.
        try edit("react_code", Self.code("two"))
        _ = try await build()
        try await browser.waitUntil("!\(Self.dialog).open && \(Self.badge).hidden")
        #expect(try await isMarked())
        try await expectQuietConsole()
        try await running.stop()
    }
}
