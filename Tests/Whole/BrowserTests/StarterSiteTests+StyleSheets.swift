import Core
import SiteModel
import TestSupport
import Testing

@testable import Bundling

extension StarterSiteTests {
    /// What goes out means to a browser what was written: it has the same rules before and after, and
    /// none of them is dropped that was taken before.
    @Test func aBrowserReadsTheSameRulesBeforeAndAfter() async throws {
        let sources = StyleSheetExamples.good.map(\.source) + StyleSheetExamples.library
        let pairs = sources.map { source in
            let made = StyleSheetReader.read(source)
            // A browser takes a mark of the byte order away before it reads the text.
            let before = source.hasPrefix("\u{FEFF}") ? String(source.dropFirst()) : source
            return JSONValue.array([
                .string(before), .string(String(decoding: made.css, as: UTF8.self)),
            ])
        }
        let differences = try await browser.execute(
            """
            const rules = (text) => {
              const sheet = new CSSStyleSheet();
              sheet.replaceSync(text);
              // In conditions, and in values with var(), the browser keeps white space that means
              // nothing.
              return [...sheet.cssRules].map((rule) => rule.cssText).join("\\n")
                .replace(/([:,(])\\s+/g, "$1").replace(/\\s+([,)])/g, "$1");
            };
            return \(JSONValue.array(pairs).text).flatMap(([before, after]) => {
              const [expected, found] = [rules(before), rules(after)];
              return expected === found ? [] : [before + " => " + expected + " => " + found];
            });
            """, as: [String].self)
        #expect(differences == [])
    }
}
