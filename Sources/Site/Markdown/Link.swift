import HTML

/// A link or an image of a document, for the check for broken links.
public struct Link: Hashable, Sendable {
    /// The URL as written, with backslash escapes and character references resolved and the
    /// surrounding white space removed; not percent-encoded.
    public var destination: String
    /// The 1-based line of the source.
    public var line: Int

    /// The URL as it stands in the page's HTML once character references are resolved.
    package var address: String {
        let bytes = Array(destination.utf8)
        var buffer = HTMLBuffer(expecting: bytes.count + 16, limit: bytes.count * 6 + 64)
        buffer.append(LinkPolicy(bytes).prefix)
        buffer.appendURL(bytes)
        return String(decoding: CharacterReferences.decodedText(buffer.bytes[...]), as: UTF8.self)
    }

    public init(destination: String, line: Int) {
        self.destination = destination
        self.line = line
    }
}
