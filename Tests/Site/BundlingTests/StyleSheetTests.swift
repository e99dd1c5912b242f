import TestSupport
import Testing

@testable import Bundling

/// Style sheets go out as they were written, without white space and comments; what a browser would
/// drop is a fault with its place.
@Suite struct StyleSheetTests {
    private func read(_ css: String) -> (css: String, faults: [StyleSheetReader.Fault]) {
        let (bytes, faults) = StyleSheetReader.read(css)
        return (String(decoding: bytes, as: UTF8.self), faults)
    }

    @Test(arguments: StyleSheetExamples.good)
    func takesWhatBrowsersTake(_ example: StyleSheetExamples.Good) {
        let made = read(example.source)
        #expect(made.faults == [], "\(example.source)")
        #expect(made.css == example.output)
        // What came out is read as itself, so it means what it meant.
        #expect(read(made.css).css == made.css)
    }

    @Test(arguments: StyleSheetExamples.faulty)
    func namesWhatBrowsersDrop(_ example: StyleSheetExamples.Faulty) {
        let fault = read(example.source).faults.first
        #expect(
            fault?.reason.contains(example.reason) == true, "\(example.source): \(fault as Any)")
        var position = TextPosition(in: example.source)
        let place = position.advance(toByte: fault?.position ?? 0)
        #expect(place == (example.line, example.column), "\(example.source)")
    }

    @Test func allFaultsOfASheetAreNamed() {
        let made = read(".a { colour }\n.b { color: red }\n$c: 1;\n.d { e: f; g }\n@import 'x';")
        #expect(made.faults.count == 4)
        #expect(made.css == ".a{}.b{color:red}.d{e:f}")
    }

    @Test func rulesOfPreprocessorsAreWarnings() {
        let made = read("@tailwind base;\n.a { @apply p-4; color: red }")
        #expect(made.faults.map(\.isWarning) == [true, true])
        #expect(made.css == "@tailwind base;.a{@apply p-4;color:red}")
    }

    @Test func warningsNeitherCutASheetOffNorHideItsErrors() {
        let uses = String(repeating: ".a { @apply p-4 }\n", count: 25)
        let many = read(uses + ".last { color: red }")
        #expect(many.faults.count == 20 && many.faults.allSatisfy(\.isWarning))
        #expect(many.css.hasSuffix("{@apply p-4}.last{color:red}"))
        let open = read("@tailwind base; .a { color: red")
        #expect(open.faults.map(\.isWarning) == [true, false])
        #expect(open.faults.last?.reason.contains("never closed") == true)
    }

    @Test func theLibrarysSheetsHaveNoFaults() {
        #expect(StyleSheetExamples.library.count > 20)
        for css in StyleSheetExamples.library {
            #expect(read(css).faults == [], "\(css.prefix(80))")
        }
    }

    @Test func bracketsOfAnAcceptedSheetAreClosed() {
        var chance = SeededGenerator(seed: 11)
        let pieces = [
            "a", "{", "}", "(", ")", "[", "]", "\"", "'", "\\", "/*", "*/", ";", ":", ",", "url(",
            "\n", " ", "@media", "@layer x", "--x:", "é", "\u{301}", "\\7d ", "\\\n", "<!--", "-->",
            "!", "1px", "#a", ".b", "&", "U+4??", "\r\n", "\u{0}", "}\u{FE0F}", "\\", "/", "*",
            "@apply x;", ".c{",
        ]
        var accepted = 0
        for _ in 0..<20_000 {
            let count = Int.random(in: 1...14, using: &chance)
            let source = (0..<count).map { _ in pieces.randomElement(using: &chance) ?? "" }
                .joined()
            let made = read(source)
            guard made.faults.allSatisfy(\.isWarning) else { continue }
            accepted += 1
            // Read in its block, the sheet ends where the block does.
            let inBlock = read("@layer x{\(made.css)}.after{}")
            #expect(inBlock.css.hasSuffix("}.after{}"), "\(source.debugDescription)")
            #expect(inBlock.css.hasPrefix("@layer x{\(made.css)"), "\(source.debugDescription)")
            #expect(inBlock.faults.allSatisfy { $0.isWarning }, "\(source.debugDescription)")
        }
        #expect(accepted > 500)
    }
}
