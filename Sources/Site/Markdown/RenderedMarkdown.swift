/// The HTML of one document, with what a site needs to know of its inside.
public struct RenderedMarkdown: Hashable, Sendable {
    /// A balanced HTML fragment in UTF-8.
    public var html: [UInt8]
    /// The links and images that are in `html`, in document order.
    public var links: [Link]
    /// The headings that are in `html`, in document order.
    public var headings: [Heading]
    /// What the source has and `html` has not, since the document may not use it; in document
    /// order, and not all of them when there are very many.
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
