import Core
import Testing

/// An acute accent, a variation selector, a joiner and a keycap: each combines with what is before.
private let marks = ["\u{301}", "\u{FE0F}", "\u{200D}", "\u{20E3}"]

@Suite struct StringProtocolUTF8Tests {
    @Test(arguments: marks) func delimiterBeforeAMarkIsFound(mark: String) {
        let text = "/a/\(mark)b/"
        #expect(text.splitUTF8(separator: "/") == ["a", "\(mark)b"])
        #expect(text.splitUTF8(separator: "/", omittingEmptySubsequences: false).count == 4)
        #expect(text.splitUTF8(separator: "/", maxSplits: 1) == ["a", "\(mark)b/"])
        #expect("/\(mark)".hasUTF8Prefix("/"))
        #expect("/\(mark)".droppingUTF8Prefix("/").map(String.init) == mark)
        #expect("\(mark)x/".hasUTF8Suffix("/"))
        #expect("a.b\(mark)".droppingUTF8Suffix("b\(mark)") == "a.")
        #expect("a=\(mark)".firstUTF8Index(of: "=") == "a".endIndex)
        #expect("a=\(mark)=".lastUTF8Index(of: "=") != nil)
        #expect("x://\(mark)y".containsUTF8("://"))
        #expect("map=\(mark)1 map=2".replacingUTF8("map=", with: "map:") == "map:\(mark)1 map:2")
        #expect(String("a \(mark)".trimmingUTF8()).unicodeScalars.count == 3)
    }

    @Test func equalityIsOfBytes() {
        #expect("\u{e9}" == "e\u{301}")
        #expect(!"\u{e9}".isUTF8Equal(to: "e\u{301}"))
        #expect(!"\u{e9}a".hasUTF8Prefix("e"))
        #expect(!"e\u{301}".hasUTF8Suffix("\u{e9}"))
        #expect("abc".isUTF8Equal(to: "abc"[...]))
    }

    @Test func edgesOfText() {
        #expect("".splitUTF8(separator: "/") == [])
        #expect("".splitUTF8(separator: "/", omittingEmptySubsequences: false) == [""])
        #expect("aab".firstUTF8Range(of: "ab").map { "aab"[$0] } == "ab")
        #expect("ab".firstUTF8Range(of: "abc") == nil)
        #expect("ab".firstUTF8Range(of: "") == nil)
        #expect(" \t ".trimmingUTF8() == "")
        #expect(" \u{2003}\n".isBlank && "".isBlank && !" \u{301}".isBlank)
        #expect("aaa".replacingUTF8("a", with: "") == "")
    }
}
