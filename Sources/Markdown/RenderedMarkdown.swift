/// The HTML of one document, with what a site needs to know of its inside.
public struct RenderedMarkdown: Hashable, Sendable {
    /// A balanced HTML fragment in UTF-8.
    public var html: [UInt8]
    /// The links and images that are in `html`, in document order.
    public var links: [Link]
    /// The headings that are in `html`, in document order.
    public var headings: [Heading]

    public init(html: [UInt8], links: [Link] = [], headings: [Heading] = []) {
        self.html = html
        self.links = links
        self.headings = headings
    }
}
