import PageText

/// The answer when no language model gives one: what the site's own pages say, quoted, with links.
///
/// It says what it is. When nothing on the pages is about the question it says that, and guesses
/// nothing.
public struct RetrievalAnswer: Hashable, Sendable {
    /// Markdown. What is quoted is escaped: it shows as the words that stand on the page.
    public var text: String
    /// What is quoted or linked, each place once, in the order of the text.
    public var citations: [Citation]
    /// Whether anything was found.
    public var isFound: Bool

    /// A passage that has less of the question's weight than this is about something else.
    static let threshold = 0.3
    private static let quotes = 3
    private static let links = 2

    /// - Parameter passages: as `KnowledgeBase.search` returns them.
    public static func compose(question: String, passages: [Passage]) -> RetrievalAnswer {
        let strongest = passages.map(\.relevance).max() ?? 0
        // What is far behind the strongest adds little to it.
        let relevant = passages.filter {
            $0.relevance >= max(threshold, strongest * 0.6)
        }
        guard !relevant.isEmpty else { return nothing }
        let quoted = Array(relevant.prefix(quotes))
        var seen = Set(quoted.map(\.route))
        let further = relevant.dropFirst(quotes).filter { seen.insert($0.route).inserted }
            .prefix(links)
        var text = "This is what the pages of this site say:\n"
        for passage in quoted {
            let excerpt = Excerpt.of(passage.text, about: question)
            text += "\n> \(MarkdownText.escape(excerpt))\n>\n> — \(link(to: passage.citation))\n"
        }
        if !further.isEmpty {
            text +=
                "\nSee also: " + further.map { link(to: $0.pageCitation) }.joined(separator: ", ")
            text += "\n"
        }
        text += "\n*Quoted from the site. No language model wrote this answer.*"
        var places: Set<String> = []
        let citations = (quoted.map(\.citation) + further.map(\.pageCitation))
            .filter { places.insert($0.link).inserted }
        return RetrievalAnswer(text: text, citations: citations, isFound: true)
    }

    private static let nothing = RetrievalAnswer(
        text: """
            I found nothing about that on the pages of this site. Other words may help, or \
            [the start page](/).

            *I only search this site's pages. No language model wrote this answer.*
            """,
        citations: [], isFound: false)

    private static func link(to citation: Citation) -> String {
        let page = citation.title.isEmpty ? citation.route : citation.title
        let name =
            citation.heading.isEmpty || citation.heading == page
            ? page : "\(page): \(citation.heading)"
        return "[\(MarkdownText.escape(name))](\(citation.link))"
    }
}

extension Passage {
    /// The page that the passage stands on.
    fileprivate var pageCitation: Citation {
        Citation(title: title, route: route, anchor: nil, heading: "")
    }
}
