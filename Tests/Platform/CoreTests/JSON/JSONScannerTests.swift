import Core
import SiteModel
import TestSupport
import Testing

/// The scanner, and the reader on it, accept and understand what Foundation's parser does.
@Suite struct JSONScannerTests {
    /// The whole text as a tree; nil when it is not JSON.
    private static func tree(_ text: String) -> JSONValue? {
        var scanner = JSONScanner(Array(text.utf8))
        do {
            let value = try value(&scanner)
            try scanner.end()
            return value
        } catch {
            return nil
        }
    }

    private static func value(_ scanner: inout JSONScanner) throws -> JSONValue {
        switch scanner.next {
        case UInt8(ascii: "{"):
            var members: [String: JSONValue] = [:]
            try scanner.beginObject()
            while let key = try scanner.nextKey() {
                members[scanner.text(of: key)] = try value(&scanner)
            }
            return .object(members)
        case UInt8(ascii: "["):
            var elements: [JSONValue] = []
            try scanner.beginArray()
            while try scanner.nextElement() { elements.append(try value(&scanner)) }
            return .array(elements)
        case UInt8(ascii: "\""): return .string(try scanner.string() ?? "")
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool(try scanner.bool())
        case UInt8(ascii: "n"):
            try scanner.null()
            return .null
        default: return .number(try scanner.number())
        }
    }

    /// The same by the reader, which is stricter.
    private static func exactTree(_ text: String) -> JSONValue? {
        try? JSONValue(parsing: text)
    }

    private static func isAccepted(_ text: String) -> Bool {
        var scanner = JSONScanner(Array(text.utf8))
        do {
            try scanner.skip()
            try scanner.end()
            return true
        } catch {
            return false
        }
    }

    @Test(arguments: [
        "{}", "[]", " [ 1 , 2 ] ", "0", "-0", "-1.5e+10", "1E5", "true", "false", "null", "\"\"",
        #"{"a":{"b":[null,true,{"c":"d"}]},"e":1}"#, #""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00""#,
        "[[[[[[[[[[]]]]]]]]]]", "\"\u{7f}é→\u{1F600}\"", #"{"\u0061":1}"#,
    ])
    func whatIsJSON(_ text: String) throws {
        #expect(Self.tree(text) == (try FoundationJSON.read(text)))
        #expect(Self.exactTree(text) == (try FoundationJSON.read(text)))
        #expect(Self.isAccepted(text))
    }

    @Test(arguments: [
        "", " ", "{", "}", "[", "]", "[1", "[1,", "[1,]", "[,1]", "{,}", #"{"a"}"#, #"{"a":}"#,
        #"{"a":1,}"#, #"{"a":1 "b":2}"#, #"{a:1}"#, "[1 2]", "01", "-", "1.", ".5", "1e", "+1",
        "0x1", "NaN", "Infinity", "tru", "nul", "truex", "\"", "\"\\\"", #""\x""#, #""\u12g4""#,
        #""\u12"#, "\"\n\"", "\"\u{1}\"", "1 2", "{} x", "[}", "{]", "'a'", "[1}", #"{"a":[}"#,
        #"{"a":1]"#, "\u{feff}1x",
    ])
    func whatIsNone(_ text: String) {
        #expect(Self.tree(text) == nil)
        #expect(Self.exactTree(text) == nil)
        #expect(!Self.isAccepted(text))
        // Foundation lets a comma stand before the end.
        guard !text.contains(/,[}\]]/) else { return }
        #expect(throws: (any Error).self) { try FoundationJSON.read(text) }
    }

    @Test func nestingHasALimit() {
        func nest(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(Self.isAccepted(nest(JSONScanner.depthLimit)))
        #expect(!Self.isAccepted(nest(JSONScanner.depthLimit + 1)))
        #expect(!Self.isAccepted(nest(100_000)))
    }

    @Test func halfAPairOfSurrogatesIsReplaced() {
        #expect(Self.tree(#""a\ud83db""#) == .string("a\u{fffd}b"))
        #expect(Self.tree(#""\ude00""#) == .string("\u{fffd}"))
        #expect(Self.tree(#""\ud83d\u0041""#) == .string("\u{fffd}A"))
    }

    /// Random texts, and the same with one character changed.
    @Test(arguments: 0..<8)
    func randomTexts(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            var text = ""
            Self.write(&text, depth: 0, &random)
            let tree = try FoundationJSON.read(text)
            #expect(Self.tree(text) == tree, "\(text)")
            #expect(Self.exactTree(text) == tree, "\(text)")
            #expect(Self.isAccepted(text), "\(text)")

            var characters = Array(text.unicodeScalars)
            let place = Int.random(in: 0..<characters.count, using: &random)
            characters[place] =
                Array("{}[]\",:\\ue0129-+.tfn x\n".unicodeScalars)
                .randomElement(using: &random) ?? "x"
            let changed = String(String.UnicodeScalarView(characters))
            // The parsers differ in what they do with half a surrogate pair, with a comma before the
            // end, and with numbers that are too large for a Double.
            if changed.contains(/\\ud|,\s*[}\]]|\de/) { continue }
            let expected = try? FoundationJSON.read(changed)
            #expect(Self.tree(changed) == expected, "\(changed)")
            #expect(Self.exactTree(changed) == expected, "\(changed)")
        }
    }

    private static func write(
        _ text: inout String, depth: Int, _ random: inout SeededGenerator
    ) {
        func space() -> String {
            ["", "", "", " ", "\n", "\t ", "\r\n"].randomElement(using: &random) ?? ""
        }
        func string() -> String {
            let parts = (0..<Int.random(in: 0...5, using: &random)).map { _ in
                [
                    "a", "key", "é", "\u{1F600}", #"\n"#, #"\""#, #"\\"#, #"\/"#, #"\u00e9"#,
                    #"\u2028"#, #"\ud83d\ude00"#, " ",
                ].randomElement(using: &random) ?? ""
            }
            return "\"" + parts.joined() + "\""
        }
        text += space()
        switch Int.random(in: 0...(depth < 4 ? 8 : 6), using: &random) {
        case 0: text += "null"
        case 1: text += "true"
        case 2: text += "false"
        case 3: text += "\(Int.random(in: -1000...1000, using: &random))"
        case 4: text += "\(Double.random(in: -10...10, using: &random))"
        case 5, 6: text += string()
        case 7:
            text += "["
            for index in 0..<Int.random(in: 0...4, using: &random) {
                if index > 0 { text += "," }
                write(&text, depth: depth + 1, &random)
            }
            text += space() + "]"
        default:
            text += "{"
            for index in 0..<Int.random(in: 0...4, using: &random) {
                if index > 0 { text += "," }
                // No duplicate keys: which of two counts is undefined.
                text += space() + "\"\(index)" + string().dropFirst() + space() + ":"
                write(&text, depth: depth + 1, &random)
            }
            text += space() + "}"
        }
        text += space()
    }
}
