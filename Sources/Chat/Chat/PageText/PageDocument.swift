/// The content of a published page: its title, and the text of its main part in passages.
struct PageDocument: Hashable, Sendable {
    /// From the document's head; empty when it has none.
    var title: String
    /// The `lang` of the document, such as "en"; empty when absent.
    var language: String
    /// From the document's head; empty when it has none.
    var description = ""
    /// Links in the main part to other pages of the site, without duplicates.
    var links: [PageLink] = []
    /// In page order.
    var passages: [PagePassage]
    /// Whether a limit was reached, so that the end of the page is missing.
    var isCut: Bool
}

/// A link to a page of the same site. Its label describes that page.
struct PageLink: Hashable, Sendable {
    /// The path without query and fragment, such as `/prices/`.
    var route: String
    var label: String
}

/// A quotable piece of a page: whole sentences below one heading.
struct PagePassage: Hashable, Sendable {
    /// The nearest heading above it; empty when there is none.
    var heading: String
    /// The headings above that one, outermost first.
    var context: [String]
    /// The URL fragment that leads to the passage; nil when the page has no id there.
    var anchor: String?
    /// One line for each paragraph, list item or row; no line is empty.
    var text: String
    /// The lines that are code examples: they say little about the page's subject.
    var code = ""
}
