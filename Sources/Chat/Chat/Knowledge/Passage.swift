import FoundationEssentials

/// A passage of a page that was live when it was found, to be quoted.
struct Passage: Hashable, Sendable {
    let id: UUID
    let node: String
    let route: String
    /// Of the page.
    let title: String
    /// The nearest heading above it; empty when there is none.
    let heading: String
    /// The fragment that leads to it.
    let anchor: String?
    let text: String
    /// How much of the question it is about, 0 to 1: comparable between searches.
    var relevance: Double
    /// How good it is beside the best that the same search has found, which is 1.
    var strength = 1.0
    /// The text search configuration of its page; empty when it is not known.
    var language = ""
    /// Whether it may not answer the question, however many of its words it has: it has too little of
    /// those that the question turns on, or no page of the site has one of them.
    var isDoubtful = false
    /// How prompts quote it, when that was worked out before: see `QuotationEnvelope`.
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

    /// Where it stands, as a link within the site.
    var citation: Citation {
        Citation(
            title: title, route: route, anchor: anchor, heading: heading.isEmpty ? nil : heading)
    }
}
