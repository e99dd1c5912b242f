import Foundation
import Markdown
import TestSupport
import Testing

/// The examples of the CommonMark and GFM specifications, which `scripts/setup test` fetches.
@Suite("Specifications") struct SpecificationTests {
    struct Example {
        var number: Int
        var markdown: String
        var html: String
    }

    /// Examples that come out otherwise, each with its reason. The parser is that of GFM 0.29, so
    /// most are rules which CommonMark changed afterwards.
    static let differences: [String: [Int: String]] = [
        "commonmark": [
            28: "a number beyond Unicode is U+FFFD, as GFM 0.29 and browsers have it",
            144: "';' names no language that could be a class",
            171: "GFM 0.29 does not end raw HTML at </textarea>",
            354: "GFM 0.29 does not count currency signs as punctuation",
            602: autolink, 606: autolink, 608: autolink, 611: autolink, 612: autolink,
            625: comment, 626: comment,
        ],
        "gfm": [
            114: "';' names no language that could be a class",
            398: strong, 426: strong, 434: strong, 435: strong, 436: strong, 473: strong,
            474: strong, 475: strong, 477: strong,
            610: autolink, 614: autolink, 616: autolink, 619: autolink, 620: autolink,
            644: comment, 645: comment,
            652: "the page keeps raw HTML of trusted documents whole: GFM's tag filter is not used",
        ],
    ]
    private static let autolink = "bare addresses are links, by GFM's extension"
    private static let comment =
        "the parser of GFM 0.29 takes a comment with '--' or '>' at its start for text"
    private static let strong = "CommonMark nests strong emphasis in strong emphasis"

    @Test("every example comes out as the specification says", arguments: ["commonmark", "gfm"])
    func examples(name: String) throws {
        let examples = try Self.examples(of: name)
        #expect(examples.count > 600)
        let listed = Self.differences[name] ?? [:]
        var found: Set<Int> = []
        for example in examples {
            let rendered = Self.normalized(try html(example.markdown, trusted: true))
            guard rendered != Self.normalized(example.html) else { continue }
            found.insert(example.number)
            if listed[example.number] == nil {
                Issue.record(
                    "\(name) \(example.number):\n\(example.markdown)\n\(rendered)\n\(example.html)")
            }
        }
        #expect(Set(listed.keys) == found, "differences that are listed and those that were found")
    }

    /// An example stands between two lines of backticks, its two halves apart by a line with a dot.
    static func examples(of name: String) throws -> [Example] {
        let file = URL(
            filePath: ProjectFolder.path
                + "/.robbieblocks/test-data/marko/tests/spec/\(name).txt")
        let lines = try String(contentsOf: file, encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false)
        let fence = String(repeating: "`", count: 32)
        var examples: [Example] = []
        var number = 0
        var start: Int?
        for (index, line) in lines.enumerated() {
            if let first = start, line == fence {
                let halves = lines[first..<index].split(
                    separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
                start = nil
                guard halves.count == 2 else { continue }
                let text = halves.map { half in
                    half.map { $0 + "\n" }.joined().replacing("→", with: "\t")
                }
                examples.append(Example(number: number, markdown: text[0], html: text[1]))
            } else if start == nil, line.hasPrefix(fence + " example") {
                number += 1
                start = index + 1
            }
        }
        return examples
    }

    /// Takes off what we write beside the specification: ids of headings, `rel` of links, `loading`
    /// of pictures, labels of tasks, what makes code and tables scroll by keyboard, and what HTML
    /// writes in more than one way.
    static func normalized(_ html: String) -> String {
        var text = html
        text.replace(#/(<h[1-6]) id="[^"]*"/#) { String($0.1) }
        text.replace(" rel=\"noopener noreferrer\"", with: "")
        text.replace(" loading=\"lazy\" decoding=\"async\"", with: "")
        text.replace(" tabindex=\"0\" role=\"group\" aria-label=\"Code\"", with: "")
        text.replace(
            "<div class=\"table-scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Table\">",
            with: "")
        text.replace("</table></div>", with: "</table>")
        text.replace(#/<label>(<input[^>]*>.*?)<\/label>/#) { String($0.1) }
        text.replace(" />", with: ">")
        text.replace(#/ style="text-align:([a-z]+)"/#) { " align=\"\($0.1)\"" }
        text.replace(
            "<input checked=\"\" disabled=\"\" type=\"checkbox\">",
            with: "<input type=\"checkbox\" disabled checked>")
        text.replace(
            "<input disabled=\"\" type=\"checkbox\">", with: "<input type=\"checkbox\" disabled>")
        return text.split(separator: "\n").joined(separator: "\n")
    }
}
