import Core

/// An answer without a language model: quotations from the site's own pages, with links.
///
/// It says that no model wrote it. When the pages say too little about the question, it says so,
/// quotes the nearest passages and guesses nothing.
struct RetrievalAnswer: Hashable, Sendable {
    /// Markdown. Quotations are escaped, so that they show the same words as the page.
    var text: String
    /// The quoted or linked places, without duplicates, in the order of the text.
    var citations: [Citation]
    /// Whether the quotations answer the question, as far as can be determined.
    var isFound: Bool

    /// Minimum relevance for a certain answer, and minimum relevance for a passage to be about the
    /// question at all.
    static let threshold = 0.5
    static let nearThreshold = 0.2
    private static let quotes = 3
    /// Quotations of the nearest passages when the answer is uncertain.
    private static let nearQuotes = 2
    /// Quotations from one page: a third would seldom add more than another page.
    private static let perPage = 2
    private static let links = 2

    /// - Parameter passages: as `KnowledgeBase.search` returns them.
    static func compose(question: String, passages: [Passage]) -> RetrievalAnswer {
        compose(SearchResults(question: question, passages: passages))
    }

    /// - Parameter replies: to messages that are not questions about the site.
    static func compose(
        _ results: SearchResults, replies: Replies = Replies()
    ) -> RetrievalAnswer {
        if let found = ReplyOccasion.find(in: results.question) {
            return reply(to: found, results, replies)
        }
        let words = ReplyWords.in(results.language)
        let relevant = relevant(results.passages)
        // A passage far behind the best may share words with the question by chance.
        let isCertain = relevant.contains {
            $0.strength >= 0.8 && $0.relevance >= threshold && !$0.isDoubtful
        }
        guard isCertain else { return uncertain(relevant, results, replies) }
        let quoted = Array(relevant.prefix(quotes))
        var seen = Set(quoted.map(\.route))
        let further = relevant.dropFirst(quotes).filter { seen.insert($0.route).inserted }
            .prefix(links)
        var text = words.opening + "\n"
        for (place, passage) in quoted.enumerated() {
            text += quotation(of: passage, results, isFirst: place == 0)
        }
        if !further.isEmpty {
            text += "\n\(words.seeAlso) "
            text += further.map { link(to: $0.pageCitation) }.joined(separator: ", ") + "\n"
        }
        text += "\n*\(words.quoted)*"
        return RetrievalAnswer(
            text: text, citations: once(quoted.map(\.citation) + further.map(\.pageCitation)),
            isFound: true)
    }

    /// Returns the passages that are about the question and not far behind the best.
    private static func relevant(_ passages: [Passage]) -> [Passage] {
        let most = passages.map(\.relevance).max() ?? 0
        var perPage: [String: Int] = [:]
        return passages.filter {
            guard $0.relevance >= max(nearThreshold, most * 0.5), $0.strength >= 0.4 else {
                return false
            }
            perPage[$0.route, default: 0] += 1
            return perPage[$0.route, default: 0] <= Self.perPage
        }
    }

    /// Answers with the nearest passages, if any, and the contact page, and admits doubt.
    private static func uncertain(
        _ near: [Passage], _ results: SearchResults, _ replies: Replies
    ) -> RetrievalAnswer {
        let words = ReplyWords.in(results.language)
        let contact = results.contact.map(link)
        let quoted = Array(near.prefix(nearQuotes))
        guard !quoted.isEmpty else {
            let text = replies.text(for: .nothing, in: results.language, contact: contact)
            return RetrievalAnswer(
                text: "\(text)\n\n*\(words.searched)*", citations: [], isFound: false)
        }
        var text = words.nearest + "\n"
        for (place, passage) in quoted.enumerated() {
            text += quotation(of: passage, results, isFirst: place == 0)
        }
        if let contact { text += "\n\(words.person(contact))\n" }
        text += "\n*\(words.quoted)*"
        return RetrievalAnswer(
            text: text, citations: once(quoted.map(\.citation)), isFound: false)
    }

    /// - Parameter isFirst: whether this is the best passage, which gets a longer excerpt.
    private static func quotation(
        of passage: Passage, _ results: SearchResults, isFirst: Bool = true
    ) -> String {
        let limit = isFirst ? 800 : 420
        let excerpt = Excerpt.of(
            passage.text, cues: results.cues, aspect: results.aspect, limit: limit,
            enough: limit * 5 / 8)
        // A short answer is hard to understand without its question.
        let question =
            passage.heading.hasUTF8Suffix("?")
            ? "**\(MarkdownText.escape(passage.heading))** " : ""
        return
            "\n> \(question)\(MarkdownText.escape(excerpt))\n>\n> — \(link(to: passage.citation))\n"
    }

    private static func reply(
        to found: ReplyOccasion.Found, _ results: SearchResults, _ replies: Replies
    ) -> RetrievalAnswer {
        let contact = results.contact
        var text = replies.text(
            for: found.occasion, in: found.language, contact: contact.map(link))
        guard found.occasion == .person, let contact else {
            return RetrievalAnswer(text: text, citations: [], isFound: false)
        }
        let passages = results.passages.filter { $0.route == contact.route }.prefix(1)
        for passage in passages { text += "\n" + quotation(of: passage, results) }
        return RetrievalAnswer(
            text: text, citations: once([contact] + passages.map(\.citation)), isFound: true)
    }

    private static func once(_ citations: [Citation]) -> [Citation] {
        var places: Set<String> = []
        return citations.filter { places.insert($0.link).inserted }
    }

    private static func link(to citation: Citation) -> String {
        let page = citation.title.isEmpty ? citation.route : citation.title
        let name =
            citation.heading.map { $0 == page ? page : "\(page): \($0)" } ?? page
        return "[\(MarkdownText.escape(name))](\(citation.link))"
    }
}

extension Passage {
    /// A citation of the page that contains the passage.
    fileprivate var pageCitation: Citation {
        Citation(title: title, route: route, anchor: nil)
    }
}
