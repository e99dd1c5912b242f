import FoundationEssentials
import Testing

@testable import Core
@testable import SiteModel

@Suite struct ValueTests {
    @Test(arguments: [
        ("2026-11-30T09:00:00Z", "2026-11-30T09:00:00.000Z"),
        ("2026-11-30", "2026-11-30T00:00:00.000Z"),
        ("2026-11-30 09:00:00.25+02:00", "2026-11-30T07:00:00.250Z"),
        ("1970-01-01T00:00:00", "1970-01-01T00:00:00.000Z"),
        ("2000-02-29T23:59:59.999Z", "2000-02-29T23:59:59.999Z"),
    ])
    func readsAndWritesTimes(text: String, iso: String) throws {
        #expect(isoTimestamp(milliseconds: try #require(parseTimestamp(text))) == iso)
    }

    @Test(arguments: [
        "", "soon", "2026-13-01", "09:00", "2026-02-29", "2026-02-30T00:00:00Z", "2026-11-31",
        "2026-12-00", "2026-12-01T24:00:00Z",
    ]) func refusesOtherTimes(_ text: String) {
        #expect(parseTimestamp(text) == nil)
    }

    @Test func agreesWithFoundationOnEveryMonth() throws {
        // Foundation reckons by another calendar before October 1582.
        for day in stride(from: -140_000, to: 200_000, by: 29) {
            let milliseconds = day * 86_400_000 + 12_345
            let date = Date(timeIntervalSince1970: Double(day * 86_400))
            let expected = date.formatted(.iso8601).prefix(10)
            #expect(isoTimestamp(milliseconds: milliseconds).hasPrefix(expected))
        }
    }

    @Test func quotesJSON() throws {
        let text = "a\"b\\c\n\u{1}</script>é"
        let value = try JSONValue(parsing: JSONValue.quote(text))
        #expect(value.string == text)
        #expect(JSONValue.object(["b": true, "a": .number(2)]).text == #"{"a":2,"b":true}"#)
    }

    @Test func normalizesSchemas() throws {
        let bare = try JSONValue(
            parsing: #"{"n": {"type": "number", "required": true}, "s": "string"}"#)
        #expect(
            PropsSchema.normalize(bare)?.text
                == #"{"properties":{"n":{"type":"number"},"s":{"type":"string"}},"required":["n"],"type":"object"}"#
        )
        let schema = try JSONValue(parsing: #"{"$schema": "x", "type": "object"}"#)
        #expect(PropsSchema.normalize(schema) == schema)
        #expect(PropsSchema.normalize(.object([:])) == nil)
    }

    @Test func namesComponents() {
        #expect(Component.pascalCase("robbie-bar") == "RobbieBar")
        #expect(Component.pascalCase("kpi2-cards_x") == "Kpi2CardsX")
        #expect(Component.isValidKey("tabs-2") && !Component.isValidKey("../x"))
    }

    @Test func refusesConditionsThatWouldHideABlockSilently() {
        for text in [
            "[]", #"{"nodes": ["acmee"]}"#, #"{"themes": ["blue"]}"#, #"{"from": "soon"}"#,
            #"{"not": 3}"#, "{",
        ] {
            #expect(throws: Diagnostic.self) {
                try BlockConditions(
                    parsing: Array(text.utf8), apps: ["play"], nodes: ["acme"],
                    location: .init(page: "p", block: 1))
            }
        }
    }
}
