/// The HTML of one document, with the data about its contents that a site needs.
public struct RenderedMarkdown: Hashable, Sendable {
    /// A balanced HTML fragment in UTF-8.
    public var html: [UInt8]
    /// The links and images that are in `html`, in document order.
    public var links: [Link]
    /// The headings that are in `html`, in document order.
    public var headings: [Heading]
    /// Parts of the source that the document may not use and that `html` therefore lacks; in
    /// document order, and truncated when there are very many.
    public var omissions: [Omission]

    public init(
        html: [UInt8], links: [Link] = [], headings: [Heading] = [], omissions: [Omission] = []
    ) {
        self.html = html
        self.links = links
        self.headings = headings
        self.omissions = omissions
    }
}
