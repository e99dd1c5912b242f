/// How a language writes comments, strings and words, as far as highlighting needs it.
struct CodeLanguage: Sendable {
    /// Rules that go beyond comments, strings and lists of words.
    enum Kind: Sendable {
        case program
        /// Keywords are the same in upper and lower case.
        case sql
        /// Words followed by a colon are properties, and `@` begins a keyword.
        case styles
        /// A string before a colon is a key.
        case json
        /// The first word of each command and every `$name` have a class.
        case shell
        /// The first word of a line, before `:` or `=`, is a key.
        case settings
        case markup
    }

    /// How a string begins and ends.
    struct Quote: Sendable {
        var mark: StaticString
        /// Whether a string may span several lines; other strings end with their line.
        var hasLines = false
        /// Whether a backslash escapes the next character, which then does not end the string.
        var escapes = true
    }

    /// The language's name, shown above the code.
    var title = ""
    var kind = Kind.program
    var lineComments: [StaticString] = []
    /// The delimiters of a comment that may span several lines.
    var comment: (open: StaticString, close: StaticString)?
    var quotes: [Quote] = [.init(mark: "\""), .init(mark: "'")]
    var keywords: Set<String> = []
    /// Keywords that are functions when arguments follow, such as `replace(a, b, c)`.
    var functions: Set<String> = []
    /// Words that are values, such as `true`.
    var values: Set<String> = ["true", "false", "null", "nil", "undefined"]
    /// Whether words that begin with a capital letter are types.
    var hasTypes = false
    /// Whether letters may stand directly before a string, as in `f'…'`.
    var hasStringPrefixes = false

    /// Shell keywords that precede a command.
    static let beforeCommands: Set<String> = [
        "if", "then", "elif", "else", "do", "while", "until",
    ]

    /// Returns the language that a fence names, in upper or lower case; nil when it is not
    /// highlighted.
    static func named(_ name: UnsafeBufferPointer<UInt8>) -> CodeLanguage? {
        guard (1...12).contains(name.count) else { return nil }
        return byName[String(decoding: name, as: UTF8.self).lowercased()]
    }

    private static func words(_ text: String) -> Set<String> {
        Set(text.utf8.split(separator: 0x20).map { String($0) ?? "" })
    }

    private static let byName: [String: CodeLanguage] = {
        let list: [(names: String, title: String, CodeLanguage)] = [
            ("sql psql postgresql plpgsql", "SQL", sql),
            ("js javascript mjs jsx", "JavaScript", script),
            ("ts typescript tsx", "TypeScript", script), ("json jsonc json5", "JSON", json),
            ("css", "CSS", css), ("html htm", "HTML", markup), ("xml svg", "XML", markup),
            ("sh bash zsh shell", "Shell", shell), ("swift", "Swift", swift),
            ("py python", "Python", python), ("yaml yml", "YAML", settings),
            ("toml", "TOML", settings), ("ini", "INI", settings), ("nginx", "nginx", nginx),
            ("c h", "C", other), ("cpp", "C++", other), ("java", "Java", other),
            ("kotlin", "Kotlin", other), ("go", "Go", other), ("rust rs", "Rust", other),
        ]
        var languages: [String: CodeLanguage] = [:]
        for (names, title, language) in list {
            var language = language
            language.title = title
            for name in words(names) { languages[name] = language }
        }
        return languages
    }()

    private static let titles = Set(byName.values.map(\.title))

    /// Whether a text is the title of a highlighted language.
    static func isTitle(_ text: String) -> Bool { titles.contains(text) }

    private static let cComment: (StaticString, StaticString) = ("/*", "*/")

    private static let sql = CodeLanguage(
        kind: .sql, lineComments: ["--"], comment: cComment,
        quotes: [.init(mark: "'", hasLines: true, escapes: false)],
        keywords: words(
            "select insert into values update set delete from where and or not in is like ilike "
                + "between exists any all join left right inner outer full cross on using as with "
                + "recursive group by having order asc desc nulls first last limit offset union "
                + "except intersect distinct returning conflict do nothing case when then else end "
                + "create or replace table view index unique function procedure trigger schema "
                + "extension role type drop alter add column constraint primary key foreign "
                + "references check default cascade begin commit rollback grant revoke to language "
                + "returns return declare if loop for each row statement execute perform truncate "
                + "explain analyze local reset show lateral over partition temp temporary"),
        functions: ["left", "replace", "right"])
    private static let script = CodeLanguage(
        lineComments: ["//"], comment: cComment,
        quotes: [.init(mark: "\""), .init(mark: "'"), .init(mark: "`", hasLines: true)],
        keywords: words(
            "import export from default as const let var function return if else for while do "
                + "switch case break continue new class extends super this typeof instanceof in of "
                + "void delete try catch finally throw async await yield static get set interface "
                + "type enum implements private public protected readonly declare namespace keyof "
                + "satisfies"), hasTypes: true)
    private static let json = CodeLanguage(
        kind: .json, lineComments: ["//"], comment: cComment, quotes: [.init(mark: "\"")])
    private static let css = CodeLanguage(kind: .styles, comment: cComment)
    private static let markup = CodeLanguage(kind: .markup, comment: ("<!--", "-->"))
    private static let shell = CodeLanguage(
        kind: .shell, lineComments: ["#"],
        quotes: [
            .init(mark: "\"", hasLines: true), .init(mark: "'", hasLines: true, escapes: false),
        ],
        keywords: words(
            "if then else elif fi for in do done while until case esac function export local "
                + "readonly return set unset source exit"), values: [])
    private static let swift = CodeLanguage(
        lineComments: ["//"], comment: cComment,
        quotes: [.init(mark: "\"\"\"", hasLines: true), .init(mark: "\"")],
        keywords: words(
            "import let var func struct class enum protocol extension actor init deinit self Self "
                + "return if else guard for in while repeat switch case default break continue where "
                + "do try catch throw throws async await public private internal fileprivate package "
                + "static final override mutating some any inout defer is as nonisolated consuming "
                + "borrowing subscript typealias associatedtype lazy weak unowned indirect"),
        hasTypes: true)
    private static let python = CodeLanguage(
        lineComments: ["#"],
        quotes: [
            .init(mark: "\"\"\"", hasLines: true), .init(mark: "'''", hasLines: true),
            .init(mark: "\""), .init(mark: "'"),
        ],
        keywords: words(
            "import from as def class return if elif else for while in not and or is lambda with "
                + "try except finally raise yield async await pass break continue global nonlocal "
                + "del assert match case"),
        values: ["True", "False", "None"], hasTypes: true, hasStringPrefixes: true)
    private static let settings = CodeLanguage(
        kind: .settings, lineComments: ["#", ";"], values: ["true", "false", "null", "yes", "no"])
    private static let nginx = CodeLanguage(
        kind: .shell, lineComments: ["#"], values: ["on", "off"])
    private static let other = CodeLanguage(
        lineComments: ["//"], comment: cComment,
        keywords: words(
            "auto break case char const continue default do double else enum extern float for goto "
                + "if inline int long register return short signed sizeof static struct switch "
                + "typedef union unsigned void volatile while bool class namespace new delete public "
                + "private protected template this throw try catch using virtual override final "
                + "import package func type interface map chan go defer range select var fn let mut "
                + "pub impl trait mod use crate match where loop move ref self super as dyn async "
                + "await val fun object data when in is extends implements instanceof boolean byte"),
        hasTypes: true)
}
