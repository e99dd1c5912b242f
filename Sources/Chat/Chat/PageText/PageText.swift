import HTMLTree

/// Reads published HTML as a visitor does: the main part without menus, scripts and controls.
///
/// The output is plain text without markup.
enum PageText {
    /// Reading stops at the first limit reached and sets `PageDocument.isCut`.
    struct Limits: Hashable, Sendable {
        /// Bytes of HTML, and of text: repeated column headers can make the text longer.
        var bytes = 4 << 20
        var passages = 500
        /// Maximum characters of a passage.
        var characters = 800
        /// Maximum characters of a heading or the title.
        var headingCharacters = 200
        /// Maximum characters of the description.
        var descriptionCharacters = 400
        /// Maximum number of links.
        var links = 200

        init() {}
    }

    /// - Parameter html: UTF-8.
    /// - Returns: a document without passages when the page has no text.
    static func read(_ html: [UInt8], limits: Limits = Limits()) -> PageDocument {
        let page = HTMLDocument(Array(html.prefix(limits.bytes)))
        let isShort = page.isCut || html.count > limits.bytes
        guard let document = page.root else {
            return PageDocument(title: "", language: "", passages: [], isCut: isShort)
        }
        let title =
            document.first { $0.name == "meta" && $0["property"] == "og:title" }?["content"]
            // Fallback: the title element also contains the site's name.
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
            links: builder.links, passages: passages, isCut: isShort || builder.isFull)
    }
}
