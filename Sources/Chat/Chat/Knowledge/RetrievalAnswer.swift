import Core
import PageText

/// The answer when no language model gives one: what the site's own pages say, quoted, with links.
///
/// It says what it is. When the pages say too little of what was asked it says that, with what comes
/// nearest, and guesses nothing.
struct RetrievalAnswer: Hashable, Sendable {
    /// Markdown. What is quoted is escaped: it shows as the words that stand on the page.
    var text: String
    /// What is quoted or linked, each place once, in the order of the text.
    var citations: [Citation]
    /// Whether what is quoted answers the question, as far as can be told.
    var isFound: Bool

    /// Passages that have less of the question's weight than this do not answer it for certain, and those
    /// that have less than that are about something else.
    static let threshold = 0.5
    static let nearThreshold = 0.2
    private static let quotes = 3
    /// Quotations of what comes nearest.
    private static let nearQuotes = 2
    /// Quotations of one page: a third would seldom say more than another page.
    private static let perPage = 2
    private static let links = 2

    /// - Parameter passages: as `KnowledgeBase.search` returns them.
    static func compose(question: String, passages: [Passage]) -> RetrievalAnswer {
        compose(Findings(question: question, passages: passages))
    }

    /// - Parameter replies: to what is no question about the site.
    static func compose(
        _ findings: Findings, replies: Replies = Replies()
    ) -> RetrievalAnswer {
        if let found = Occasion.find(in: findings.question) {
            return reply(to: found, findings, replies)
        }
        let words = ReplyWords.in(findings.language)
        let relevant = relevant(findings.passages)
        // What is far behind the best may have more of the question's words by chance.
        let isCertain = relevant.contains {
            $0.strength >= 0.8 && $0.relevance >= threshold && !$0.isDoubtful
        }
        guard isCertain else { return uncertain(relevant, findings, replies) }
        let quoted = Array(relevant.prefix(quotes))
        var seen = Set(quoted.map(\.route))
        let further = relevant.dropFirst(quotes).filter { seen.insert($0.route).inserted }
            .prefix(links)
        var text = words.opening + "\n"
        for (place, passage) in quoted.enumerated() {
            text += quotation(of: passage, findings, isFirst: place == 0)
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

    /// Those that are about the question, and not far behind the best of them.
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

    /// An answer that admits doubt: it quotes the nearest passages, if any, and links the contact page.
    private static func uncertain(
        _ near: [Passage], _ findings: Findings, _ replies: Replies
    ) -> RetrievalAnswer {
        let words = ReplyWords.in(findings.language)
        let contact = findings.contact.map(link)
        let quoted = Array(near.prefix(nearQuotes))
        guard !quoted.isEmpty else {
            let text = replies.text(for: .nothing, in: findings.language, contact: contact)
            return RetrievalAnswer(
                text: "\(text)\n\n*\(words.searched)*", citations: [], isFound: false)
        }
        var text = words.nearest + "\n"
        for (place, passage) in quoted.enumerated() {
            text += quotation(of: passage, findings, isFirst: place == 0)
        }
        if let contact { text += "\n\(words.person(contact))\n" }
        text += "\n*\(words.quoted)*"
        return RetrievalAnswer(
            text: text, citations: once(quoted.map(\.citation)), isFound: false)
    }

    /// - Parameter isFirst: whether it is the best, of which more is quoted.
    private static func quotation(
        of passage: Passage, _ findings: Findings, isFirst: Bool = true
    ) -> String {
        let limit = isFirst ? 800 : 420
        let excerpt = Excerpt.of(
            passage.text, cues: findings.cues, aspect: findings.aspect, limit: limit,
            enough: limit * 5 / 8)
        // An answer says little without its question.
        let question =
            passage.heading.hasUTF8Suffix("?")
            ? "**\(MarkdownText.escape(passage.heading))** " : ""
        return
            "\n> \(question)\(MarkdownText.escape(excerpt))\n>\n> — \(link(to: passage.citation))\n"
    }

    private static func reply(
        to found: Occasion.Found, _ findings: Findings, _ replies: Replies
    ) -> RetrievalAnswer {
        let contact = findings.contact
        var text = replies.text(
            for: found.occasion, in: found.language, contact: contact.map(link))
        guard found.occasion == .person, let contact else {
            return RetrievalAnswer(text: text, citations: [], isFound: false)
        }
        let passages = findings.passages.filter { $0.route == contact.route }.prefix(1)
        for passage in passages { text += "\n" + quotation(of: passage, findings) }
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
    /// The page that the passage stands on.
    fileprivate var pageCitation: Citation {
        Citation(title: title, route: route, anchor: nil)
    }
}
