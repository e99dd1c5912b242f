import Markdown
import Testing

@Suite("Trusted documents") struct TrustedTests {
    @Test("raw HTML passes as written") func raw() throws {
        let block =
            "<script>\nif (a < b && c) alert(1)\n</script>\n<div onload=x><svg></div>\n"
        #expect(try html(block, trusted: true) == block)
        #expect(
            try html("a <b onclick='x'>c</b><!-- d -->", trusted: true)
                == "<p>a <b onclick='x'>c</b><!-- d --></p>\n")
    }

    @Test("any URL passes, encoded") func urls() throws {
        #expect(
            try html("[a](javascript:b('c'))", trusted: true)
                == "<p><a href=\"javascript:b(&#39;c&#39;)\">a</a></p>\n")
        #expect(
            try html("![a](data:image/png;base64,AA==)", trusted: true).contains(
                "src=\"data:image/png;base64,AA==\""))
    }

    @Test("limits hold all the same") func limits() {
        #expect(throws: MarkdownError.self) {
            try render(String(repeating: "> ", count: 100) + "a", trusted: true)
        }
    }
}
