/// Documents of a few hundred kilobytes whose cost grows with the square of their length.
enum HostileDocuments {
    static let explosive: [(String, String)] = [
        ("quotes", fill(">")), ("quotes and emphasis", fill(">a*")), ("lists", fill("- ")),
        ("lazy lines", String(repeating: ">", count: 100_000) + "a\n" + fill("b\n")),
        ("blank lines in lists", String(repeating: "- ", count: 50_000) + "a" + fill("\n")),
        ("deep, then inline", String(repeating: "> ", count: 50_000) + fill(":[^")),
        ("brackets", fill("[")), ("images", fill("![[]()")),
        ("links and emphasis", fill("[a]: b\n_")),
        ("footnotes and emphasis", fill("[^a]**#")),
        ("footnote uses", "[^a]: x\n\n" + fill("[^a]")),
        ("instructions", fill("a<?b")), ("declarations", fill("a<!A")), ("comments", fill("<!-- ")),
        ("tildes", String(repeating: "~x\n", count: 20_000) + fill("~~**!")),
        ("parentheses", "http://a.example/" + fill(")")), ("at signs", fill("a@.")),
        ("hosts", fill("www._")),
        ("wide table", "|" + fill("a|") + "\n|" + fill("-|") + "\n"),
        (
            "short rows",
            "|" + String(repeating: "a|", count: 900) + "\n|" + String(repeating: "-|", count: 900)
                + "\n" + fill("x\n")
        ),
        ("rows that are no tables", fill("a\n-|-\n")),
        ("lines above a row", fill("x\n:-[") + "\n:-"),
        ("definitions", "[a]: /" + fill("u") + "\n\n" + fill("[a]")),
        ("backticks", (1..<700).map { "a" + String(repeating: "`", count: $0) }.joined()),
        ("attributes", "<a " + (0..<40_000).map { "a\($0)=1 " }.joined() + ">"),
        ("open elements", fill("<b>")),
        ("end tags", String(repeating: "<b>", count: 100) + fill("</i>")),
        ("raw comments", "<br>\n" + fill("<!-- > ")),
        ("raw text", "<br>\n\n" + fill("a <script> ")), ("headings", fill("# a\n")),
        ("raw headings", "<br>\n\n" + fill("<h1>")),
        ("nul", fill("\u{0}")), ("underscores", fill("_a __b ")),
    ]

    private static func fill(_ unit: String) -> String {
        String(repeating: unit, count: 250_000 / unit.utf8.count)
    }
}
