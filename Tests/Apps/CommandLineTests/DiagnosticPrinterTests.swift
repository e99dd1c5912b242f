import CommandLine
import Core
import Foundation
import Testing

@Suite struct DiagnosticPrinterTests {
    private let home = Diagnostic.Location(node: "testpilot", page: "home", block: 2)

    @Test func groupsByPageWithErrorsFirst() {
        let text = DiagnosticPrinter().text(for: [
            Diagnostic(
                .brokenLink, "nothing is at '/x/'", at: .init(node: "testpilot", page: "home"),
                severity: .warning),
            Diagnostic(
                .unknownComponent, "there is no component 'heros'", at: home,
                hint: "did you mean 'hero'?"),
            Diagnostic(.badToken, "the value is empty", at: .init(node: "n", token: "color.text")),
            Diagnostic(
                .syntaxError, "Expected \")\"\nbut found \"}\"",
                at: .init(
                    node: "testpilot", page: "home", component: "hero", field: "react_code",
                    line: 3,
                    column: 14)),
            Diagnostic(.nothingToPublish, "there is no page"),
        ])
        #expect(
            text == """
                node 'testpilot', page 'home'
                  error: block 2: there is no component 'heros' [unknown-component]
                    hint: did you mean 'hero'?
                  error: component 'hero', react_code:3:14: Expected ")"
                      but found "}" [syntax-error]

                node 'n'
                  error: token 'color.text': the value is empty [bad-token]

                error: there is no page [nothing-to-publish]

                node 'testpilot', page 'home'
                  warning: nothing is at '/x/' [broken-link]

                4 errors, 1 warning

                """)
    }

    @Test func nothingToSayIsNothing() {
        #expect(DiagnosticPrinter().text(for: []) == "")
        #expect(DiagnosticPrinter().json(for: []) == "[]\n")
    }

    @Test func showsAtMostTheLimitAndCountsTheRest() {
        let many = (1...120).map {
            Diagnostic(.badProps, "fault \($0)", at: .init(page: $0 % 2 == 0 ? "a" : "b"))
        }
        let text = DiagnosticPrinter().text(for: many)
        #expect(text.split(separator: "\n").count { $0.contains("fault") } == 50)
        #expect(text.hasSuffix("and 70 more\n\n120 errors\n"))
    }

    @Test func theSameFaultIsPrintedOnce() {
        let fault = Diagnostic(.badProps, "fault", at: home)
        #expect(DiagnosticPrinter().text(for: [fault, fault]).hasSuffix("\n1 error\n"))
    }

    /// Three pages with one broken component have one fault, and it shows its code.
    @Test func whatPagesShareIsOneEntryWithItsCode() {
        var cause = Diagnostic(
            .syntaxError, "Unexpected \"}\"",
            at: .init(component: "card", field: "react_code", line: 2, column: 6))
        cause.excerpt = .init(of: "a\n<p>日}</p>\n\tb\u{1B}[2J", line: 2, column: 5)
        let pages = (1...5).map { (number: Int) in
            Diagnostic(
                .unknownComponent, "the component 'card' cannot be used",
                at: .init(page: "page-\(number)", block: number, component: "card"),
                hint: Diagnostic.brokenComponentHint)
        }
        let threw = ["home", "home", "about"].map {
            Diagnostic(
                .renderFailed, "it threw",
                at: .init(page: $0, component: "hero", field: "react_code", line: 3, column: 14))
        }
        #expect(
            DiagnosticPrinter().text(for: threw + pages + [cause])
                == """
                error: component 'hero', react_code:3:14: it threw [render-failed]
                  on 2 pages: 'home', 'about'
                error: component 'card', react_code:2:6: Unexpected "}" [syntax-error]
                    1 | a
                  > 2 | <p>日}</p>
                      |      ^
                    3 |     b\u{1B}[2J
                  on 5 pages: 'page-1' (block 1), 'page-2' (block 2), 'page-3' (block 3) and 2 more

                2 errors

                """.replacing("\u{1B}", with: "\\u{1B}"))
    }

    @Test func colorsAreOnlyUsedWhenAsked() {
        let fault = Diagnostic(.badProps, "fault", at: home, hint: "mend it")
        #expect(!DiagnosticPrinter().text(for: [fault]).contains("\u{1B}"))
        let colored = DiagnosticPrinter(usesColor: true).text(for: [fault])
        #expect(colored.contains("\u{1B}[1;31merror:\u{1B}[0m block 2: fault"))
        #expect(colored.contains("\u{1B}[36mhint:\u{1B}[0m mend it"))
    }

    @Test(arguments: [
        ("\u{1B}[2J", "\\u{1B}[2J"), ("\u{9B}31m", "\\u{9B}31m"), ("\u{7}", "\\u{7}"),
        ("\u{202E}abc", "\\u{202E}abc"), ("a\tb\rc", "a b c"), ("a\r\nb", "a  b"),
        ("\u{7F}\u{0}", "\\u{7F}\\u{0}"), ("é ✓ 日本", "é ✓ 日本"),
    ])
    func controlCharactersAreShown(_ text: String, _ shown: String) {
        #expect(text.printable == shown)
    }

    @Test func everyPartOfADiagnosticIsHarmlessOnATerminal() throws {
        let evil = "x\u{1B}]0;owned\u{7}\u{9B}2J\u{202E}\r\u{2028}"
        let fault = Diagnostic(
            .badProps, evil,
            at: .init(
                node: evil, page: evil, component: evil, token: evil, field: evil), hint: evil)
        let printer = DiagnosticPrinter()
        for text in [printer.text(for: [fault]), printer.json(for: [fault])] {
            let controls = text.unicodeScalars.filter {
                $0 != "\n"
                    && [.control, .format, .lineSeparator].contains(
                        $0.properties.generalCategory)
            }
            #expect(controls.isEmpty)
        }
        let decoded = try JSONDecoder().decode(
            [Diagnostic].self, from: Data(printer.json(for: [fault]).utf8))
        #expect(decoded == [fault])
    }
}
