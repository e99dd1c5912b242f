/// A link or an image of a document, for the check for broken links.
public struct Link: Hashable, Sendable {
    /// The URL as written, with backslash escapes and character references resolved and the
    /// surrounding white space removed; not percent-encoded.
    public var destination: String
    /// The 1-based line of the source.
    public var line: Int

    public init(destination: String, line: Int) {
        self.destination = destination
        self.line = line
    }
}
