import Foundation
import Markdown
import TestSupport
import Testing

/// A real browser's opinion of the output: which elements it builds, and whether a script runs.
@Suite("In Chromium", .enabled(if: Browser.path != nil), .serialized) struct BrowserTests {
    /// A page of cases, each in an element it must not leave, that puts its verdict in its title.
    private static func page(_ cases: [[UInt8]]) -> Data {
        var page = Data(
            """
            <!DOCTYPE html><html><head><meta charset="utf-8"><title>unread</title>
            <base href="https://site.example/"><script>
            let ran = 0; window.alert = () => { ran++ };
            </script></head><body>

            """.utf8)
        for html in cases {
            page.append(contentsOf: Array("<section class=\"case\"><div>".utf8))
            page.append(contentsOf: html)
            page.append(contentsOf: Array("</div></section>\n".utf8))
        }
        page.append(contentsOf: Array(verdict(count: cases.count).utf8))
        return page
    }

    private static func verdict(count: Int) -> String {
        let allowed = StrictScanner.elements.sorted().map { "'\($0)'" }.joined(separator: ",")
        return """
            <script>
            const allowed = new Set([\(allowed)]), faults = [];
            const cases = document.querySelectorAll('body > section.case');
            if (cases.length !== \(count)) faults.push('cases ' + cases.length);
            for (const node of document.body.childNodes)
              if (!node.matches?.('section.case, script') && node.textContent.trim())
                faults.push('outside: ' + node.textContent);
            cases.forEach((item, number) => {
              const note = (text) => faults.push(number + ': ' + text);
              if (item.childNodes.length !== 1 || item.firstChild.localName !== 'div') note('left its element');
              for (const element of item.querySelectorAll('div *')) {
                if (!allowed.has(element.localName) || !(element instanceof HTMLElement)) note(element.localName);
                for (const { name } of element.attributes)
                  if (/^(on|form|srcdoc|xlink|data)/.test(name)) note(name);
                const style = element.getAttribute('style') ?? 'float:left';
                if (!/^(text-align|float|margin-inline):[a-z]+$/.test(style)) note(style);
                if (element.localName === 'a' && element.href &&
                    (!['https:', 'http:', 'mailto:', 'tel:', 'ftp:'].includes(element.protocol)
                      || (element.getAttribute('href').startsWith('//')))) note(element.href);
                if (element.localName === 'img' && !/^(https:|data:image)/.test(element.src)) note(element.src);
              }
            });
            document.body.tabIndex = 0;
            document.querySelectorAll('[onmouseover]').forEach((e) => e.dispatchEvent(new Event('mouseover')));
            setTimeout(() => {
              const found = faults.slice(0, 5).join(' | ');
              document.body.replaceChildren();
              document.title = ran ? 'ran ' + ran : faults.length ? 'faults ' + found : 'clean';
            }, 500);
            </script></body></html>
            """
    }

    private func title(of page: Data) throws -> String {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "markdown-browser-\(UUID().uuidString)", directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "page.html")
        try page.write(to: file)

        let process = Process()
        process.executableURL = URL(filePath: try #require(Browser.path))
        process.arguments = [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-extensions",
            "--user-data-dir=\(folder.path)/profile", "--host-resolver-rules=MAP * ~NOTFOUND",
            "--virtual-time-budget=3000", "--timeout=60000", "--dump-dom", file.absoluteString,
        ]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let text = String(decoding: bytes, as: UTF8.self)
        let start = try #require(text.firstRange(of: "<title>"), "\(text.prefix(500))").upperBound
        let end = try #require(text[start...].firstRange(of: "</title>")).lowerBound
        return String(text[start..<end])
    }

    @Test("the hostile corpus runs nothing and stays where it is") func corpus() throws {
        let cases = try HostileCorpus.documents.flatMap {
            [try render($0).html, try render("a <i>\($0)</i>\n\n<br>").html]
        }
        #expect(try title(of: Self.page(cases)) == "clean")
    }

    @Test("the browser does see what the renderer removes") func control() throws {
        let script = try render("<img src=x onerror=alert(1)>", trusted: true).html
        #expect(try title(of: Self.page([script])).hasPrefix("ran"))
        let escape = try render("</div></section><p>out", trusted: true).html
        #expect(try title(of: Self.page([escape])).hasPrefix("faults"))
        let link = try render("[x](javascript:alert(1))", trusted: true).html
        #expect(try title(of: Self.page([link])).hasPrefix("faults"))
    }

    @Test("random fragments stay in their element") func random() throws {
        var generator = SeededGenerator(seed: 2024)
        var cases: [[UInt8]] = []
        while cases.count < 1500 {
            guard let rendered = try? render(HostileFragments.document(using: &generator)) else {
                continue
            }
            cases.append(rendered.html)
        }
        #expect(try title(of: Self.page(cases)) == "clean")
    }
}
