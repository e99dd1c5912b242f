import Core
import SiteModel
import Testing

@Suite struct JSONValueTests {
    private static func fault(_ bytes: [UInt8]) -> JSONFault? {
        do {
            _ = try JSONValue(parsing: bytes)
            return nil
        } catch {
            return error
        }
    }

    @Test func whatItReadsIsWhatWasMeant() throws {
        let text = #" {"a":[1,-2.5,1e3,0],"b":{"c":true,"d":null},"e":"\u00e9\ud83d\ude00\/\n"} "#
        let value = try JSONValue(parsing: text)
        #expect(value["a"]?.array == [.number(1), .number(-2.5), .number(1000), .number(0)])
        #expect(value["b"]?["c"] == true)
        #expect(value["b"]?["d"] == JSONValue.null)
        #expect(value["e"]?.string == "é😀/\n")
        #expect(try JSONValue(parsing: value.text) == value)
        #expect(try JSONValue(parsing: #"{"a":1,"\u0061":2}"#) == ["a": .number(2)])
    }

    /// Where the scanner would replace something, or leave it to others.
    @Test func nothingIsMended() {
        for text in [#""\ud83db""#, #""\ude00""#, #""\ud83d\u0041""#, #""\ud83d\ud83d\ude00""#] {
            #expect(Self.fault(Array(text.utf8)) == .syntax(offset: 1))
            #expect(Self.fault(Array(#"{"a":1,\#(text):2}"#.utf8)) == .syntax(offset: 8))
        }
        let quote = [UInt8(ascii: "\"")]
        for wrong: [UInt8] in [[0xff], [0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80]] {
            #expect(Self.fault(quote + wrong + quote) == .notUTF8)
            #expect(Self.fault(quote + Array(#"\n"#.utf8) + wrong + quote) == .notUTF8)
        }
        #expect(Self.fault([0xff]) == .syntax(offset: 0))
    }

    @Test func aFaultSaysWhere() {
        #expect(Self.fault([]) == .syntax(offset: 0))
        #expect(Self.fault(Array(#"{"a":1,}"#.utf8)) == .syntax(offset: 7))
        #expect(Self.fault(Array(#"{"a" 1}"#.utf8)) == .syntax(offset: 5))
        #expect(Self.fault(Array("[1] x".utf8)) == .syntax(offset: 4))
        #expect(Self.fault(Array("[tru]".utf8)) == .syntax(offset: 1))
        #expect(Self.fault(Array("[1,1e999]".utf8)) == .syntax(offset: 3))
        #expect(Self.fault([0xef, 0xbb, 0xbf, 0x31]) == .syntax(offset: 0))
    }

    /// One form for every text: control characters are escaped, and nothing else that need not be.
    @Test func whatIsWrittenHasOneForm() {
        let text = "\"\\/\n\r\t\u{8}\u{1}\u{7f}</script>\u{2028}é😀"
        let quoted = #""\"\\/\n\r\t\u0008\u0001"# + "\u{7f}</script>\u{2028}é😀\""
        #expect(JSONValue.quote(text) == quoted)
        let value: JSONValue = .object([
            text: .string(text),
            "b": .array([.null, true, .number(2), .number(-0.5), .number(1e300)]),
            "a": .number(.infinity),
        ])
        #expect(
            value.text == "{\(quoted):\(quoted),\"a\":null,\"b\":[null,true,2,-0.5,1e+300]}")
        var json = JSONBytes()
        json.object {
            $0.member(text, 2.0)
            $0.member("c", 0.25)
            $0.name("v")
            $0.value(["x": [false]])
        }
        #expect(
            String(decoding: json.bytes, as: UTF8.self)
                == "{\(quoted):2,\"c\":0.25,\"v\":{\"x\":[false]}}")
    }

    @Test func nestingHasALimit() {
        func nest(_ depth: Int) -> [UInt8] {
            Array(repeating: UInt8(ascii: "["), count: depth) + Array("1".utf8)
                + Array(repeating: UInt8(ascii: "]"), count: depth)
        }
        #expect(Self.fault(nest(JSONValue.depthLimit)) == nil)
        #expect(Self.fault(nest(JSONValue.depthLimit + 1)) == .tooDeep)
        #expect(Self.fault(Array(repeating: UInt8(ascii: "["), count: 60_000)) == .tooDeep)
    }
}
