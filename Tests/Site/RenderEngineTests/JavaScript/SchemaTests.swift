import Foundation
import RenderEngine
import TestSupport
import Testing

/// What props are validated with, in the engine that runs it.
@Suite struct SchemaTests {
    private let context = JavaScriptContext()

    init() throws {
        let folder = try TestFolder()
        let run = try Program.run(
            "/usr/bin/esbuild",
            [
                ProjectFolder.path + "/templates/runtime/schema.js", "--bundle", "--format=iife",
                "--global-name=schema", "--log-level=error", "--outfile=\(folder.path)/schema.js",
            ])
        try #require(run.status == 0, "\(run.errors)")
        let code = try String(contentsOfFile: folder.path + "/schema.js", encoding: .utf8)
        try context.evaluate(
            code + """

                function check(schemaText, valueText) {
                  const value = JSON.parse(valueText);
                  try {
                    const faults = schema.compileSchema(JSON.parse(schemaText))(value);
                    return JSON.stringify({ value, faults });
                  } catch (error) {
                    return JSON.stringify({ value, faults: [], error: error.message });
                  }
                }
                // The differences of one file of the JSON Schema Test Suite, each as [name, reason].
                function differences(text, draft) {
                  let count = 0;
                  const found = [];
                  for (const group of JSON.parse(text)) {
                    const isPlain = typeof group.schema !== "object" || "$schema" in group.schema;
                    const text = isPlain ? group.schema : { ...group.schema, $schema: draft };
                    for (const test of group.tests) {
                      count += 1;
                      let isValid;
                      let reason = "";
                      try {
                        isValid = schema.compileSchema(text)(test.data).length === 0;
                      } catch (error) {
                        reason = error.message;
                      }
                      if (isValid !== test.valid) {
                        found.push([`${group.description}: ${test.description}`, reason]);
                      }
                    }
                  }
                  return JSON.stringify({ count, found });
                }
                globalThis.test = { check, differences };
                """, source: "schema.js")
    }

    private struct Outcome: Decodable {
        var value: AnyJSON
        var faults: [String]
        var error: String?
    }

    /// Any JSON, as text with sorted keys.
    private struct AnyJSON: Decodable {
        var text: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let object = try? container.decode([String: AnyJSON].self) {
                text =
                    "{"
                    + object.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value.text)" }
                    .joined(separator: ",") + "}"
            } else if let list = try? container.decode([AnyJSON].self) {
                text = "[" + list.map(\.text).joined(separator: ",") + "]"
            } else if let string = try? container.decode(String.self) {
                text = "\"\(string)\""
            } else if let number = try? container.decode(Double.self) {
                text = number == number.rounded() ? "\(Int(number))" : "\(number)"
            } else {
                text = (try? container.decode(Bool.self)).map { "\($0)" } ?? "null"
            }
        }
    }

    private func call(_ function: String, _ arguments: String...) throws -> Data {
        let values = arguments.map { context.string($0) }
        return Data(try context.value(at: "test.\(function)").call(values).utf8())
    }

    /// Browsers send a form nowhere else, by the content security policy of the site.
    @Test func formsAreSentWithinTheSite() throws {
        let path = ProjectFolder.path + "/templates/components/contact-form.schema.json"
        let schema = try String(contentsOfFile: path, encoding: .utf8)
        for (action, isRight) in [
            ("", true), ("/api/contact", true), ("send/", true), ("?a=b:c", true), ("../x", true),
            // Whether a host is the site's own is checked on the finished page.
            ("#x", true), ("https://forms.example/x", true), ("//forms.example/x", false),
            (#"/\\forms.example/x"#, false), (" //forms.example/x", false), ("javascript:x", false),
            (#"/\t/forms.example"#, false),
        ] {
            let props =
                #"{"email":"a@b.example","fields":[{"name":"a","label":"A"}],"action":"\#(action)"}"#
            #expect(try check(schema, props).faults.isEmpty == isRight, "\(action)")
        }
    }

    private func check(_ schema: String, _ value: String) throws -> Outcome {
        try JSONDecoder().decode(Outcome.self, from: call("check", schema, value))
    }

    @Test(arguments: [
        (#"{"properties":{"p":{"multipleOf":0.01}}}"#, #"{"p":19.99}"#),
        (#"{"properties":{"p":{"multipleOf":0.1}}}"#, #"{"p":0.7}"#),
        (#"{"properties":{"constructor":{"type":"string"}}}"#, "{}"),
        (#"{"properties":{"p":{"pattern":"^\\p{Lu}\\p{L}+$"}}}"#, #"{"p":"Österreich"}"#),
        (#"{"properties":{"p":{"pattern":"^.$"}}}"#, #"{"p":"🚀"}"#),
        (#"{"properties":{"p":{"pattern":"^a\\_b$"}}}"#, #"{"p":"a_b"}"#),
        (#"{"properties":{"p":{"format":"date"}}}"#, #"{"p":"2024-02-29"}"#),
        (#"{"properties":{"p":{"format":"of-our-own"}}}"#, #"{"p":"x"}"#),
        (#"{"properties":{"p":{"type":"string","nullable":true}}}"#, #"{"p":null}"#),
        (#"{"properties":{"__proto__":{"type":"string"}}}"#, #"{"__proto__":"x"}"#),
        (#"{"properties":{"p":{"minimum":1,"exclusiveMinimum":true}}}"#, #"{"p":2}"#),
        (#"{"properties":{"p":{"maximum":1,"exclusiveMaximum":false}}}"#, #"{"p":1}"#),
        // A default does not decide whether a trial fits.
        ("{\"oneOf\":[\(Self.link),\(Self.page)]}", #"{"link":"x"}"#),
        ("{\"not\":\(Self.page)}", #"{"link":"x"}"#),
        ("{\"if\":\(Self.page),\"then\":false}", #"{"link":"x"}"#),
        (
            "{\"properties\":{\"a\":{\"contains\":\(Self.page),\"maxContains\":1}}}",
            #"{"a":[{"page":"x"},{}]}"#
        ),
    ])
    func takesWhatFits(schema: String, value: String) throws {
        let outcome = try check(schema, value)
        #expect(outcome.faults == [] && outcome.error == nil)
    }

    @Test(arguments: [
        (
            #"{"properties":{"p":{"format":"date"}}}"#, #"{"p":"2023-02-30"}"#,
            #"props.p must be a valid date (it is "2023-02-30")"#
        ),
        (
            #"{"properties":{"p":{"format":"date-time"}}}"#, #"{"p":"2023-13-01T00:00:00Z"}"#,
            #"props.p must be a valid date-time (it is "2023-13-01T00:00:00Z")"#
        ),
        (
            #"{"$schema":"https://json-schema.org/draft/2020-12/schema","dependentRequired":{"a":["b"]}}"#,
            #"{"a":1}"#, "props must have the property 'b', since it has 'a'"
        ),
        (
            #"{"properties":{"a":{"prefixItems":[{"type":"string"}]}}}"#, #"{"a":[1]}"#,
            "props.a[0] must be string (it is 1)"
        ),
        (
            #"{"properties":{"a":true},"unevaluatedProperties":false}"#, #"{"a":1,"b-c":2}"#,
            "props must not have the property 'b-c': no schema lists it"
        ),
        (
            #"{"properties":{"x-y":{"type":["string","null"]}}}"#, #"{"x-y":1}"#,
            #"props["x-y"] must be string or null (it is 1)"#
        ),
        (
            #"{"minimum":1,"properties":{"p":{"minimum":1,"exclusiveMinimum":true}}}"#, #"{"p":1}"#,
            "props.p must be more than 1 (it is 1)"
        ),
        (
            #"{"properties":{"p":{"maxLength":2}}}"#,
            #"{"p":"\#(String(repeating: "é", count: 50))"}"#,
            "props.p must have 2 characters at most (it is \"\(String(repeating: "é", count: 40))…\")"
        ),
        (
            #"{"oneOf":[{"required":["a"]},{"required":["a","b"]}]}"#, #"{"a":1,"b":2}"#,
            "props must match exactly one of the schemas in oneOf, and matches 2"
        ),
    ])
    func saysWhatDoesNotFit(schema: String, value: String, fault: String) throws {
        #expect(try check(schema, value).faults == [fault])
    }

    @Test(arguments: [
        (#"{"properties":{"a":{"type":"strng"}}}"#, "properties/a: there is no type \"strng\""),
        (#"{"$schema":"https://example.org/mine"}"#, "$schema is \"https://example.org/mine\""),
        (#"{"$ref":"https://example.org/x.json"}"#, "nothing is fetched from elsewhere"),
        (##"{"$ref":"#/$defs/a"}"##, "leads to nothing in this schema"),
        (#"{"anyOf":[true,{"minimum":"1"}]}"#, "anyOf/1: 'minimum' must be a number"),
        (#"{"items":{"pattern":"("}}"#, "items: the pattern \"(\" is not a regular expression"),
        (
            #"{"properties":{"a":3}}"#,
            "properties/a: a schema is an object, true or false, and not number"
        ),
        (##"{"$ref":"#"}"##, "the schema refers to itself without end"),
        (
            #"{"$schema":"https://json-schema.org/draft/2020-12/schema","items":[true]}"#,
            "use 'prefixItems'"
        ),
    ])
    func saysWhatIsNoSchema(schema: String, fault: String) throws {
        #expect(try check(schema, "{}").error?.contains(fault) == true)
    }

    @Test(arguments: [
        (#"{"properties":{"a":{"default":[1]}}}"#, "{}", #"{"a":[1]}"#),
        (#"{"properties":{"constructor":{"default":"none"}}}"#, "{}", #"{"constructor":"none"}"#),
        (
            #"{"oneOf":[{"properties":{"kind":{"const":"grid"},"columns":{"default":3}},"required":["kind"]},"#
                + #"{"properties":{"kind":{"const":"list"},"rows":{"default":4}},"required":["kind"]}]}"#,
            #"{"kind":"grid"}"#, #"{"columns":3,"kind":"grid"}"#
        ),
        (
            #"{"anyOf":[{"properties":{"a":{"default":1}},"required":["b"]},{"properties":{"c":{"default":2}}}]}"#,
            "{}", #"{"c":2}"#
        ),
        (
            #"{"if":{"properties":{"k":{"const":1},"x":{"default":0}},"required":["k"]},"#
                + #""then":{"properties":{"a":{"default":1}}},"else":{"properties":{"b":{"default":2}}}}"#,
            #"{"k":1}"#, #"{"a":1,"k":1}"#
        ),
        (
            ##"{"$ref":"#/$defs/x","$defs":{"x":{"properties":{"a":{"properties":{"b":{"default":1}},"default":{}}}}}}"##,
            "{}", #"{"a":{"b":1}}"#
        ),
        (#"{"not":{"properties":{"a":{"default":1}},"required":["a","b"]}}"#, "{}", "{}"),
        ("{\"oneOf\":[\(Self.link),\(Self.page)]}", #"{"link":"x"}"#, #"{"link":"x"}"#),
        ("{\"anyOf\":[\(Self.page),\(Self.link)]}", #"{"link":"x"}"#, #"{"link":"x"}"#),
        // None fits without its defaults: then the one that they make fit.
        ("{\"oneOf\":[\(Self.link),\(Self.page)]}", "{}", #"{"page":"/"}"#),
        (
            "{\"oneOf\":[{\"properties\":{\"a\":{\"anyOf\":[\(Self.link),\(Self.page)]}},\"required\":[\"a\"]}]}",
            #"{"a":{}}"#, #"{"a":{"page":"/"}}"#
        ),
        (
            #"{"oneOf":[{"properties":{"kind":{"const":"a"},"x":{"default":{},"properties":{"y":{"default":1}},"required":["y"]}},"required":["kind","x"]}]}"#,
            #"{"kind":"a"}"#, #"{"kind":"a","x":{"y":1}}"#
        ),
        (
            #"{"properties":{"a":{"oneOf":[{"prefixItems":[{"default":1}],"minItems":1},{"type":"null"}]}}}"#,
            #"{"a":[]}"#, #"{"a":[1]}"#
        ),
        (
            #"{"oneOf":[{"properties":{"a":{"default":1}}},{"required":["b"]}],"unevaluatedProperties":false}"#,
            "{}", #"{"a":1}"#
        ),
    ])
    func fillsDefaultsWhereTheirSchemaApplies(
        schema: String, value: String, expected: String
    ) throws {
        let outcome = try check(schema, value)
        #expect(outcome.faults == [])
        #expect(outcome.value.text == expected)
    }

    private static let link = #"{"properties":{"link":{"type":"string"}},"required":["link"]}"#
    private static let page =
        #"{"properties":{"page":{"type":"string","default":"/"}},"required":["page"]}"#

    /// An alternative within an alternative is not run twice as often as the one around it.
    @Test(.timeLimit(.minutes(1)), arguments: ["oneOf", "anyOf"])
    func deepAlternativesTakeNoLonger(keyword: String) throws {
        let depth = 60
        let schema =
            ##"{"\##(keyword)":[{"properties":{"c":{"$ref":"#"},"n":{"default":1}}},{"type":"null"}]}"##
        let value =
            String(repeating: #"{"c":"#, count: depth) + "{}"
            + String(repeating: "}", count: depth)
        let outcome = try check(schema, value)
        #expect(outcome.faults == [])
        #expect(outcome.value.text.hasPrefix(#"{"c":{"c":"#))
        #expect(outcome.value.text.split(separator: #""n":1"#).count == depth + 2)
        // One that only its defaults make fit, at the deepest place.
        let needy = schema.replacing(
            #""n":{"default":1}}"#, with: #""n":{"default":1}},"required":["n"]"#)
        #expect(try check(needy, value).value.text == outcome.value.text)
    }

    // MARK: - JSON Schema Test Suite

    private struct Differences: Decodable {
        var count: Int
        var found: [[String]]
    }

    /// Why a case of the suite has another outcome here; by the end of a file's name and the case's
    /// name.
    private static let reasons: [(file: String, name: String, reason: String)] = [
        ("default.json", "", "defaults are filled in, and are checked then"),
        ("optional/content.json", "", "contentEncoding and contentMediaType are not checked"),
        ("idn-hostname.json", "invalid Punycode", "Punycode is not decoded"),
        ("idn-hostname.json", "U-label contains", "Punycode is not decoded"),
        ("zeroTerminatedFloats.json", "", "1.0 and 1 are one number in JavaScript"),
    ]

    @Test func agreesWithTheTestSuite() throws {
        try #require(
            FileManager.default.fileExists(atPath: Self.suite), "run: scripts/setup test")
        var total = 0
        var tally: [String: Int] = [:]
        for (draft, name) in [
            ("draft4", "http://json-schema.org/draft-04/schema#"),
            ("draft6", "http://json-schema.org/draft-06/schema#"),
            ("draft7", "http://json-schema.org/draft-07/schema#"),
            ("draft2019-09", "https://json-schema.org/draft/2019-09/schema"),
            ("draft2020-12", "https://json-schema.org/draft/2020-12/schema"),
        ] {
            let folder = "\(Self.suite)/tests/\(draft)"
            let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String }
            for file in (files ?? []).sorted() where file.hasSuffix(".json") {
                let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
                let result = try JSONDecoder().decode(
                    Differences.self, from: call("differences", text, name))
                total += result.count
                for difference in result.found {
                    tally[reason(of: difference, in: file), default: 0] += 1
                }
            }
        }
        #expect(total > 6500)
        #expect(tally["unexplained"] == nil)
        #expect(tally["it refers to another document, and nothing is fetched"] == 185)
        #expect(tally["it names a draft of its own"] == 10)
    }

    private static let suite = ProjectFolder.path + "/.robbieblocks/test-data/jsonschema/json"

    private func reason(of difference: [String], in file: String) -> String {
        let (name, error) = (difference[0], difference[1])
        if error.contains("nothing is fetched from elsewhere") {
            return "it refers to another document, and nothing is fetched"
        }
        if error.contains("$schema is") { return "it names a draft of its own" }
        let known = Self.reasons.first {
            file.hasSuffix($0.file) && ($0.name.isEmpty || name.contains($0.name))
        }
        if known == nil { Issue.record("\(file): \(name): \(error)") }
        return known?.reason ?? "unexplained"
    }
}
