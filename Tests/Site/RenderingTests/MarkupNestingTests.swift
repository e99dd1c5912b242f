import Testing

@testable import RenderWorker

@Suite struct MarkupNestingTests {
    @Test(arguments: [
        "<table><tr><td>1</td></tr></table>", "<p>a<div>b</div></p>",
        "<p><span><ul></ul></span></p>",
        "<a href=\"/\"><b><a>x</a></b></a>", "<button><i><button></button></i></button>",
        "<form><div><form></form></div></form>", "<ul><li>a<p><li>b</li></p></li></ul>",
        "<h1><h2>x</h2></h1>", "<table><tbody>text</tbody></table>", "<div><td>x</td></div>",
        "<select><div></div></select>", "<p><table></table></p>", "<dl><dd><dt></dt></dd></dl>",
    ])
    func findsWhatABrowserMoves(_ html: String) {
        #expect(MarkupNesting.fault(in: Array(html.utf8)) != nil)
    }

    @Test func namesWhatIsWrong() {
        let faults = ["<html><body></body></html>", "<div><td>x</td></div>"].map {
            MarkupNesting.fault(in: Array($0.utf8))
        }
        #expect(faults == ["<html> is inside the page's content", "<td> is outside <tr>"])
    }

    @Test(arguments: [
        "<table><caption>c</caption><tbody><tr><td><p>1</p></td></tr></tbody></table>",
        "<p>a<button><div>b</div></button></p>", "<ul><li>a<ul><li>b</li></ul></li></ul>",
        "<p>a<!-- --> <br/>b</p><p>c</p>", "<svg><a><a></a></a><p></p></svg>",
        "<select><optgroup label=\"a\"><option>1</option></optgroup></select>",
        "<textarea><p></textarea>",
        "<a><table><tbody><tr><td><a>x</a></td></tr></tbody></table></a>", "a < b", "<p", "<",
        "<div><!--$--><p>x</p><!--/$--></div>",
        "<table> <tbody>\n<tr> <td>x</td></tr></tbody></table>",
        "<dl><dt>a</dt><dd><dl><dt>b</dt></dl></dd></dl>", "<style>p > div</style>",
    ])
    func letsTheRestStand(_ html: String) {
        #expect(MarkupNesting.fault(in: Array(html.utf8)) == nil)
    }
}
