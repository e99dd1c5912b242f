/// A heading of a document, for a table of contents and for links into the page.
public struct Heading: Hashable, Sendable {
    /// 1 to 6.
    public var level: Int
    /// The value of its `id` attribute, unique in the document.
    public var id: String
    /// Its text without markup.
    public var text: String

    public init(level: Int, id: String, text: String) {
        self.level = level
        self.id = id
        self.text = text
    }
}
