/// What a published page says: its title, and the text of its main part in passages.
public struct PageDocument: Hashable, Sendable {
    /// Of the document's head; empty when it has none.
    public var title: String
    /// The `lang` of the document, such as "en"; empty when it does not say.
    public var language: String
    /// Of the document's head; empty when it has none.
    public var description = ""
    /// What the main part's links to other pages of the site are called, each pair once.
    public var links: [PageLink] = []
    /// In the order of the page.
    public var passages: [PagePassage]
    /// Whether a limit was reached, so that the end of the page is missing.
    public var isCut: Bool
}

/// A link to a page of the same site: its label says what that page is about.
public struct PageLink: Hashable, Sendable {
    /// The path without query and fragment, such as `/prices/`.
    public var route: String
    public var label: String
}

/// A piece of a page that can be quoted: whole sentences that stand below one heading.
public struct PagePassage: Hashable, Sendable {
    /// The nearest heading above it; empty when there is none.
    public var heading: String
    /// The headings above that one, outermost first.
    public var context: [String]
    /// The fragment that leads to it; nil when the page gives no such place a name.
    public var anchor: String?
    /// One line a paragraph, list item or row; no line is empty.
    public var text: String
    /// The lines of it that are examples of code: they say little of what the page is about.
    public var code = ""
}
