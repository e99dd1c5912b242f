import Build
import Core
import TestSupport
import Testing

/// From the row of a schema and the row of props to the page, or to an error that names both.
@Suite struct PropsTests {
    @Test func schemasOfAllDraftsHold() async throws {
        let show = "export default (props) => <b>{JSON.stringify(props)}</b>;"
        let schemas: [(key: String, schema: String, props: String, shows: String?)] = [
            (
                "price", #"{"v": {"type": "number", "multipleOf": 0.01}}"#, #"{"v": 19.99}"#,
                #"{"v":19.99}"#
            ),
            (
                "named", #"{"constructor": {"type": "string", "default": "none"}}"#, "{}",
                #"{"constructor":"none"}"#
            ),
            (
                "unicode", #"{"v": {"type": "string", "pattern": "^\\p{Lu}\\p{L}+$"}}"#,
                #"{"v": "Österreich"}"#, #"{"v":"Österreich"}"#
            ),
            (
                "chosen",
                #"{"type": "object", "oneOf": [{"properties": {"kind": {"const": "grid"}, "columns": "#
                    + #"{"default": 3}}, "required": ["kind"]}, {"properties": {"kind": {"const": "list"}}, "#
                    + #""required": ["kind"]}]}"#, #"{"kind": "grid"}"#,
                #"{"kind":"grid","columns":3}"#
            ),
            ("date", #"{"v": {"type": "string", "format": "date"}}"#, #"{"v": "2023-02-30"}"#, nil),
            (
                "newer",
                #"{"$schema": "https://json-schema.org/draft/2020-12/schema", "dependentRequired": {"a": ["b"]}}"#,
                #"{"a": [1]}"#, nil
            ),
        ]
        let site = try await TestSite(
            schemas.map {
                Rows.pageWithComponent($0.key, code: show, schema: $0.schema, props: $0.props)
            }.joined())
        let report = try await site.build { $0.keepsGoing = true }
        for (key, _, _, shows) in schemas {
            if let shows {
                let html = try site.text("\(key)/index.html").replacing("&quot;", with: "\"")
                #expect(html.contains("<b>\(shows)</b>"), "\(key)")
            } else {
                let codes = report.errors.filter { $0.location.page == key }.map(\.code)
                #expect(codes == [.badProps], "\(key)")
            }
        }
    }

    @Test func aSchemaThatIsNoneIsNamedWithItsPlace() async throws {
        let site = try await TestSite(
            Rows.pageWithComponent(
                "typo", code: "<p>x</p>", schema: #"{"a": {"type": "strng"}}"#))
        let error = try #require(try await site.build().errors.first)
        #expect(error.code == .badPropsSchema)
        #expect(error.location.component == "typo-part")
        #expect(error.message.contains("properties/a: there is no type \"strng\""))
    }
}
