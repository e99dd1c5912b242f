import CLibXML2

/// Reads published HTML as a visitor does: the main part without menus, scripts and controls.
///
/// The page is the work of this program, so that the reader needs no repair of broken HTML beyond what
/// libxml2 does. What comes out is text, and stays text: no markup survives it.
public enum PageText {
    /// Reaching one cuts the page off there and sets `PageDocument.isCut`.
    public struct Limits: Hashable, Sendable {
        /// Of the HTML that is read, and of its text: the names of columns are told with each row.
        public var bytes = 4 << 20
        public var passages = 500
        /// Of one passage.
        public var characters = 800
        /// Of one heading, of the title.
        public var headingCharacters = 200
        /// Of one description.
        public var descriptionCharacters = 400
        /// Links that are kept.
        public var links = 200

        public init() {}
    }

    /// - Parameter html: UTF-8.
    /// - Returns: a document without passages when the page has no text.
    public static func read(_ html: [UInt8], limits: Limits = Limits()) -> PageDocument {
        // The parser takes a zero for the end of the page.
        let input = html.prefix(limits.bytes).map { $0 == 0 ? UInt8(ascii: " ") : $0 }
        let nothing = PageDocument(
            title: "", language: "", passages: [], isCut: input.count < html.count)
        guard !input.isEmpty else { return nothing }
        let options =
            HTML_PARSE_RECOVER.rawValue | HTML_PARSE_NOERROR.rawValue
            | HTML_PARSE_NOWARNING.rawValue | HTML_PARSE_NONET.rawValue
        let parsed = input.withUnsafeBytes { bytes in
            htmlReadMemory(
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count), nil,
                "UTF-8", Int32(options))
        }
        guard let parsed else { return nothing }
        defer { xmlFreeDoc(parsed) }
        guard let root = xmlDocGetRootElement(parsed) else { return nothing }
        let document = Element(root)
        let title =
            document.first { $0.name == "meta" && $0["property"] == "og:title" }?["content"]
            // It names the site, too.
            ?? document.first { $0.name == "title" }?.text
        let main =
            document.first { $0.name == "main" || $0["role"] == "main" }
            ?? document.first { $0.name == "body" }
        var builder = PassageBuilder(limits: limits)
        if let main {
            var walk = PageWalk(main, builder: builder)
            walk.run()
            builder = walk.builder
        }
        let passages = builder.finish()
        let description = document.first {
            $0.name == "meta" && $0["name"]?.lowercased() == "description"
        }
        return PageDocument(
            title: title.map { PlainText.line($0, limit: limits.headingCharacters) } ?? "",
            language: PlainText.line(document["lang"] ?? "", limit: 35),
            description: PlainText.line(
                description?["content"] ?? "", limit: limits.descriptionCharacters),
            links: builder.links, passages: passages, isCut: nothing.isCut || builder.isFull)
    }
}
