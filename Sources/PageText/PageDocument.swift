/// What a published page says: its title, and the text of its main part in passages.
public struct PageDocument: Hashable, Sendable {
    /// Of the document's head; empty when it has none.
    public var title: String
    /// The `lang` of the document, such as "en"; empty when it does not say.
    public var language: String
    /// In the order of the page.
    public var passages: [PagePassage]
    /// Whether a limit was reached, so that the end of the page is missing.
    public var isCut: Bool
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
}
