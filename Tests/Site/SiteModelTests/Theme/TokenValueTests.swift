import Testing

@testable import SiteModel

@Suite struct TokenValueTests {
    static let hostile = [
        // Leaves the declaration, the rule, the layer or the style sheet.
        ";", "red;", "red; background: blue", "red}", "}", ";}", "red;} body{display:none", "{",
        "{}",
        "red{", "</style>", "red</style><script>alert(1)</script>", "<!--", "-->", "a<b", "a>b",
        "@import 'x'", "@charset", "red !important", "red ! important", "!ie",
        "'a;b'", "\"</style>\"", "\"}\"",
        // Escapes, comments, control characters.
        "\\3b", "red\\", "'\\'", "\\75rl(x)", "u\\72l(x)", "red/*", "/**/red", "*/", "'/* x */'",
        "// x", "red\nblue", "red\r\n", "a\tb", "a\0b", "a\u{7F}b", "a\u{85}b", "a\u{2028}b",
        "a\u{202E}b", "a\u{200B}b", "\u{FEFF}red", "a\u{E000}", "\u{1B}[31m",
        // Unbalanced.
        "calc(1px", "calc(1px))", ")", "(", "rgb(1 2 3", "[a", "]", "([)]", "(]", "'a", "\"a",
        "'a\"",
        "calc(')')(",
        // Loads, runs or reads something.
        "url(https://a.example/x.png)", "URL(x)", "url('x')", "url()", "uRl (x) url(x)",
        "src('x')", "image('x')", "image-set('x' 1x)", "-webkit-image-set('x' 1x)",
        "cross-fade(red, blue)", "element(#x)", "-moz-element(#x)", "paint(x)", "attr(title)",
        "expression(alert(1))", "EXPRESSION(alert(1))", "calc(expression(1))", "format('x')",
        "local('x')", "progid:DXImageTransform.Microsoft.Alpha(opacity=1)",
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "'javascript:alert(1)'", "data:text/css,x",
        "-moz-binding: x", "behavior: x", "var(x)", "var()", "var(--)", "foo(1)", "if(x)",
        // Punctuation that no value has.
        "a:b", "a=b", "a?b", "a|b", "a&b", "$a", "`a`", "a~b", "a^b",
        // Nothing, too much, or the taking away of a token.
        "", " ", "     ", String(repeating: "a", count: 501), String(repeating: "é", count: 251),
        "initial", "INHERIT", "unset", "revert", "revert-layer",
    ]

    @Test(arguments: hostile)
    func refuses(_ value: String) {
        #expect(throws: TokenValue.Fault.self) { try TokenValue(parsing: value) }
    }

    @Test(arguments: [
        "#8B5CF6", "rgb(0 0 0 / 0.3)", "rgba(0, 0, 0, .3)", "hsl(258deg 90% 66%)", "rebeccapurple",
        "color-mix(in oklab, var(--color-text) 20%, transparent)", "oklch(0.6 0.2 290)",
        "'Press Start 2P', \"Segoe UI\", system-ui, -apple-system, sans-serif", "Ｎoto, ヒラギノ角ゴ",
        "0.25rem", "-1px", "1e3px", "clamp(1rem, 0.5rem + 2vw, 3rem)", "calc((1rem + 2px) * 3 / 2)",
        "0 10px 15px -3px rgb(0 0 0 / 0.1), 0 4px 6px -4px rgb(0 0 0 / 0.1)", "150ms",
        "cubic-bezier(0.4, 0, 0.2, 1)", "steps(4, jump-end)", "ease-in-out", "16 / 9", "none",
        "linear-gradient(90deg, #FFF 0%, var(--color-primary, #000) 100%)", "[full-start] 1fr",
        "max(env(safe-area-inset-left), 1rem)", "'it is: a string, with (brackets'",
        String(repeating: "a", count: 500),
    ])
    func accepts(_ value: String) throws {
        #expect(try TokenValue(parsing: "  \(value) ").text == value)
    }

    @Test func saysWhatIsWrong() {
        #expect(throws: TokenValue.Fault("a quote is never closed")) {
            try TokenValue(parsing: "'Inter")
        }
        #expect(throws: TokenValue.Fault("the value has a control character (U+1B)")) {
            try TokenValue(parsing: "\u{1B}[31m")
        }
        #expect(
            throws: TokenValue.Fault(
                "the function 'clmap(' is not allowed in a value", hint: "did you mean 'clamp('?")
        ) {
            try TokenValue(parsing: "clmap(1px, 2px, 3px)")
        }
    }

    @Test func findsReferences() throws {
        let value = try TokenValue(parsing: "calc(var(--a) + VAR( --b-c , var(--d)))")
        #expect(value.references == ["--a", "--b-c", "--d"])
    }
}
