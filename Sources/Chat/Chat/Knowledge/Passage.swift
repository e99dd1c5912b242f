import FoundationEssentials

/// A quotable passage of a page that was live when the passage was found.
struct Passage: Hashable, Sendable {
    let id: UUID
    let node: String
    let route: String
    /// The title of the page.
    let title: String
    /// The nearest heading above the passage; empty when there is none.
    let heading: String
    /// The URL fragment that leads to the passage.
    let anchor: String?
    let text: String
    /// Which part of the question the passage covers, 0 to 1; comparable between searches.
    var relevance: Double
    /// The score relative to the best result of the same search, which has 1.
    var strength = 1.0
    /// The text search configuration of its page; empty when unknown.
    var language = ""
    /// Whether the passage may fail to answer the question although it shares many words with it:
    /// it lacks essential words, or an essential word is on no page of the site.
    var isDoubtful = false
    /// The passage as prompts quote it, if computed beforehand: see `QuotationEnvelope`.
    var quotation: String?

    init(
        id: UUID = UUID(), node: String, route: String, title: String, heading: String,
        anchor: String? = nil, text: String, relevance: Double = 1
    ) {
        self.id = id
        self.node = node
        self.route = route
        self.title = title
        self.heading = heading
        self.anchor = anchor
        self.text = text
        self.relevance = relevance
    }

    /// A link within the site to the passage.
    var citation: Citation {
        Citation(
            title: title, route: route, anchor: anchor, heading: heading.isEmpty ? nil : heading)
    }
}
