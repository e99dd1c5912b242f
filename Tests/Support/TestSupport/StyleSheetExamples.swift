import Bundling
import System

/// Style sheets with what comes of them: for the reader, and for a browser that must see the same rules
/// before and after.
public enum StyleSheetExamples {
    public struct Good: Sendable, CustomStringConvertible {
        public var source: String
        public var output: String
        public var description: String { source.debugDescription }
    }

    public struct Faulty: Sendable, CustomStringConvertible {
        public var source: String
        /// Part of the fault.
        public var reason: String
        public var line: Int
        public var column: Int
        public var description: String { source.debugDescription }
    }

    public static let good: [Good] =
        ([
            // Nesting, with and without `&`.
            (".a { .b { color: red } }", ".a{.b{color:red}}"),
            (".a { h2 { margin: 0 } }", ".a{h2{margin:0}}"),
            (
                ".a { > p { margin: 0 } + q { margin: 0 } ~ i { margin: 0 } }",
                ".a{>p{margin:0}+q{margin:0}~i{margin:0}}"
            ),
            (
                ".a { :hover { color: red } &:hover { color: red } }",
                ".a{:hover{color:red}&:hover{color:red}}"
            ),
            (
                ".a { [open] { color: red } #b { color: red } * { margin: 0 } }",
                ".a{[open]{color:red}#b{color:red}*{margin:0}}"
            ),
            (
                ".a { .dark & { color: red } & + & { color: red } &.b { color: red } }",
                ".a{.dark &{color:red}&+&{color:red}&.b{color:red}}"
            ),
            (
                ".a { @media (width > 40em) { .b { color: red } color: red } }",
                ".a{@media (width > 40em){.b{color:red}color:red}}"
            ),
            (
                ".a { h1, h2 { margin: 0 } a:hover { color: red } margin: 1px; }",
                ".a{h1,h2{margin:0}a:hover{color:red}margin:1px}"
            ),
            (
                ".a { color: red; .b { color: blue } margin: 0; .c & { top: 0 } }",
                ".a{color:red;.b{color:blue}margin:0;.c &{top:0}}"
            ),
            (
                ".a { @supports (display: grid) { display: grid } @layer x { top: 0 } }",
                ".a{@supports (display:grid){display:grid}@layer x{top:0}}"
            ),
            // Rules about rules.
            (
                "@layer a, b;\n@layer b { a { top: 0 } }\n@layer { b { top: 0 } }",
                "@layer a,b;@layer b{a{top:0}}@layer{b{top:0}}"
            ),
            (
                "@container card (width > 30em) { a { top: 0 } }",
                "@container card (width > 30em){a{top:0}}"
            ),
            ("@container style(--x: 1) { a { top: 0 } }", "@container style(--x:1){a{top:0}}"),
            (
                "@scope (.a) to (.b :hover) { :scope { top: 0 } }",
                "@scope (.a) to (.b :hover){:scope{top:0}}"
            ),
            (
                "@property --x { syntax: '<length>'; inherits: false; initial-value: 0px }",
                "@property --x{syntax:'<length>';inherits:false;initial-value:0px}"
            ),
            ("@starting-style { .a { opacity: 0 } }", "@starting-style{.a{opacity:0}}"),
            (
                "@supports selector(:has(> a)) and (not (top: 0)) { a { top: 0 } }",
                "@supports selector(:has(> a)) and (not (top:0)){a{top:0}}"
            ),
            (
                "@media (400px <= width <= 700px) and (min-height: 1px), print { a { top: 0 } }",
                "@media (400px <= width <= 700px) and (min-height:1px),print{a{top:0}}"
            ),
            (
                "@keyframes x { from { top: 0 } 50%, 60% { top: 1px } entry 0% { top: 0 } }",
                "@keyframes x{from{top:0}50%,60%{top:1px}entry 0%{top:0}}"
            ),
            (
                "@font-face { font-family: X; src: url( a.woff2 ) format('woff2'), local(Y); unicode-range: U+26, U+0-7F, U+4?? }",
                "@font-face{font-family:X;src:url( a.woff2 ) format('woff2'),local(Y);unicode-range:U+26,U+0-7F,U+4??}"
            ),
            (
                "@page :first { margin: 1in; @top-left { content: 'x' } }",
                "@page :first{margin:1in;@top-left{content:'x'}}"
            ),
            (
                "@counter-style x { system: cyclic; symbols: '\\1F44D'; suffix: ' ' }",
                "@counter-style x{system:cyclic;symbols:'\\1F44D';suffix:' '}"
            ),
            (
                "@view-transition { navigation: auto }\n::view-transition-old(root) { animation: none }",
                "@view-transition{navigation:auto}::view-transition-old(root){animation:none}"
            ),
            ("@position-try --a { top: anchor(bottom) }", "@position-try --a{top:anchor(bottom)}"),
            (
                "@font-palette-values --p { font-family: X; base-palette: 1 }",
                "@font-palette-values --p{font-family:X;base-palette:1}"
            ),
            (
                "@function --f(--a) { result: calc(var(--a) * 2) }",
                "@function --f(--a){result:calc(var(--a) * 2)}"
            ),
            // Values. Fallbacks and prefixes stay, in their order.
            (
                ".a { color: red; color: oklch(50% .1 20 / 50%); color: color-mix(in oklch, red 50%, blue) }",
                ".a{color:red;color:oklch(50% .1 20 / 50%);color:color-mix(in oklch,red 50%,blue)}"
            ),
            (
                ".a { color: light-dark( red , blue ) ; color: oklch(from var(--x) l c h) }",
                ".a{color:light-dark(red,blue);color:oklch(from var(--x) l c h)}"
            ),
            (
                ".a { height: 100vh; height: 100dvh; -webkit-backdrop-filter: blur(1px); backdrop-filter: blur(1px) }",
                ".a{height:100vh;height:100dvh;-webkit-backdrop-filter:blur(1px);backdrop-filter:blur(1px)}"
            ),
            (
                ".a { width: calc( 1px + (2px - 3px) * 2 ); margin: -0px; flex: 1 1 0% }",
                ".a{width:calc(1px + (2px - 3px) * 2);margin:-0px;flex:1 1 0%}"
            ),
            (
                ".a { color: if(style(--x: 1): red; else: blue) }",
                ".a{color:if(style(--x:1):red; else:blue)}"
            ),
            (
                ".a { anchor-name: --x; left: anchor(--x right); position-try-fallbacks: flip-block, --c }",
                ".a{anchor-name:--x;left:anchor(--x right);position-try-fallbacks:flip-block,--c}"
            ),
            (
                ".a { animation-timeline: scroll(root inline); animation-range: entry 10% exit }",
                ".a{animation-timeline:scroll(root inline);animation-range:entry 10% exit}"
            ),
            (
                ".a { color: red ! important; margin: 0!important }",
                ".a{color:red!important;margin:0!important}"
            ),
            (
                ".a { grid-template: \"a b\" 1fr / 1fr [x] 2fr [y] }",
                ".a{grid-template:\"a b\" 1fr / 1fr [x] 2fr [y]}"
            ),
            (".a { --x:  one   two ; --y: ; --z: /* c */ 1 }", ".a{--x:one   two;--y: ;--z:1}"),
            (".a { --block: { a: b; c: d } ; color: red }", ".a{--block:{ a: b; c: d };color:red}"),
            (
                ".a { *zoom: 1; _height: 1px; filter: progid:X.Y(a='#1', b='#2') }",
                ".a{*zoom:1;_height:1px;filter:progid:X.Y(a='#1',b='#2')}"
            ),
            (
                ".a { background: url(\"data:image/svg+xml;utf8,<svg xmlns='x'/>\") }",
                ".a{background:url(\"data:image/svg+xml;utf8,<svg xmlns='x'/>\")}"
            ),
            // Selectors.
            (
                "a:has(> img), :is(h1, h2):not( .b ) , li:nth-child( 2n + 1 of .a )  { top: 0 }",
                "a:has(> img),:is(h1,h2):not(.b),li:nth-child(2n + 1 of .a){top:0}"
            ),
            ("a  >  b  +  c  ~  d   e { top: 0 }", "a>b+c~d e{top:0}"),
            ("[data-x = \"1\" i], a|b, *|* { top: 0 }", "[data-x = \"1\" i],a|b,*|*{top:0}"),
            (
                "::part(a b):hover, ::-webkit-scrollbar, :popover-open { top: 0 }",
                "::part(a b):hover,::-webkit-scrollbar,:popover-open{top:0}"
            ),
            (".a:hover .b::after, a :hover { top: 0 }", ".a:hover .b::after,a :hover{top:0}"),
            // Escapes, odd characters, odd places.
            (
                ".\\31 0, .a\\:b, .\\1F600, .ä€😀, .sm\\:w-1\\/2 { top: 0 }",
                ".\\31 0,.a\\:b,.\\1F600,.ä€😀,.sm\\:w-1\\/2{top:0}"
            ),
            ("@charset \"utf-8\";\n.a { top: 0 }", ".a{top:0}"),
            (".a { top: 0 } @charset \"x\"; .b { @charset \"y\"; top: 0 }", ".a{top:0}.b{top:0}"),
            ("\u{FEFF}@charset \"utf-8\";.a { top: 0 }", ".a{top:0}"),
            ("<!-- .a { top: 0 } -->", ".a{top:0}"),
            (".a {\r\n\ttop: 0;\r\n}\r\n", ".a{top:0}"),
            (
                ".a { content: \"</style>}\\\"{\"; content: 'a\\\nb' }",
                ".a{content:\"</style>}\\\"{\";content:'a\\\nb'}"
            ),
            ("/* a */ .a/* b */.c /* } */ { top/**/: /* d */ 0 /* e */ }", ".a/**/.c{top:0}"),
            (".a { margin: 1px/**/2px }", ".a{margin:1px/**/2px}"),
            (".a\u{0} { content: \"\u{0}\" }", ".a\u{FFFD}{content:\"\u{FFFD}\"}"),
            (".a { ; ; top: 0 ; ; }", ".a{top:0}"),
            (".a {}", ".a{}"), ("", ""), ("  \n /* nothing */ ", ""),
            (".a { content: \"@import\" }", ".a{content:\"@import\"}"),
            ("/* @import 'x'; sourceMappingURL=/dev/zero */ .a { top: 0 }", ".a{top:0}"),
        ] as [(String, String)]).map { Good(source: $0.0, output: $0.1) }

    /// Every style sheet of the project's own components, layouts and pages.
    public static var library: [String] {
        guard let library = try? TemplateLibrary(root: Directory(ProjectFolder.path)) else {
            return []
        }
        return [library.baseStyles]
            + (Array(library.components.values) + Array(library.layouts.values)).map(\.styles)
    }

    public static let faulty: [Faulty] =
        ([
            (".a{color:red}}", "an extra '}'", 1, 14),
            (".a{color:red}\u{301}}", "does not begin a rule", 1, 14),
            (".a{\n  color: red\n", "a '}' is missing", 1, 3),
            ("@media print {\n.a{color:red}", "a '}' is missing", 1, 14),
            (".a { width: calc(1px + (2px }", "'(' is never closed", 1, 24),
            (".a { width: 1px) }", "a ')' closes nothing", 1, 16),
            (".a { content: \"abc\n}", "a string is not closed on its line", 1, 15),
            (".a { content: \"abc", "a string is never closed", 1, 15),
            (".a { top: 0 } /* abc", "a comment is never closed", 1, 15),
            (".a { background: url(a b) }", "needs quotes", 1, 18),
            (".a { background: url(a", "url(…) is never closed", 1, 18),
            (".a {\n  foo\n}", "'foo' does not begin a declaration", 2, 3),
            (".a { ü: 1; foo; }", "'foo' does not begin a declaration", 1, 12),
            (".a { $b: 1 }", "'$' does not begin a declaration", 1, 6),
            ("color: red;", "'color' does not begin a rule", 1, 1),
            ("$b: 1;", "'$' does not begin a rule", 1, 1),
            ("{ top: 0 }", "a rule has no selector", 1, 1),
            (".a, { top: 0 }", "a selector is missing", 1, 3),
            ("a: { top: 0 }", "a selector is missing", 1, 2),
            ("// note\n.a { top: 0 }", "'/' is not allowed in a selector", 1, 1),
            ("</style><script>.a{}", "'<' is not allowed in a selector", 1, 1),
            ("@import 'x.css';", "@import rule", 1, 1),
            (".a{}\n@\\69MPORT url(x);", "@import rule", 2, 1),
            (".a { @import 'x'; }", "@import rule", 1, 6),
            ("@namespace svg url(x);", "@namespace rule", 1, 1),
            (".a { color: red \\\n}", "backslash", 1, 17),
            (".a { color: red } \\", "backslash", 1, 19),
        ] as [(String, String, Int, Int)]).map {
            Faulty(source: $0.0, reason: $0.1, line: $0.2, column: $0.3)
        }
}
