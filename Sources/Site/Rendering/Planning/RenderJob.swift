public import SiteModel
public import System

/// Everything that one page's rendering reads; nothing else can change its bytes.
public struct RenderJob: Sendable {
    /// One thing in a zone, in order.
    public struct Piece: Sendable, Hashable {
        public enum Content: Sendable, Hashable {
            /// The page's own Markdown.
            case markdown
            /// Index into `WorkerSetup.components`, and the text of the props.
            case component(index: Int, props: [UInt8])
        }

        public var zone: Zone
        /// `block_order`; nil for Markdown that no block places.
        public var order: Int?
        /// `frame_key`, when the piece is a block of the frame.
        public var frame: String?
        public var content: Content
    }

    public var page: Site.RoutedPage
    /// Index into `WorkerSetup.layouts`.
    public var layout: Int
    /// What `usePage()` returns.
    public var pageJSON: String
    /// What the document shell puts into `<head>`.
    public var headJSON: String
    /// The language tag of the page.
    public var language: String
    public var markdown: [UInt8]
    public var pieces: [Piece]
    /// Over every input above and everything that the worker holds for it.
    public var fingerprint: SHA256Digest

    public init(
        page: Site.RoutedPage, layout: Int, pageJSON: String, headJSON: String, language: String,
        markdown: [UInt8], pieces: [Piece], fingerprint: SHA256Digest
    ) {
        self.page = page
        self.layout = layout
        self.pageJSON = pageJSON
        self.headJSON = headJSON
        self.language = language
        self.markdown = markdown
        self.pieces = pieces
        self.fingerprint = fingerprint
    }
}

extension RenderJob: CustomStringConvertible {
    /// One line of the printed plan: `/work/  work-home  dashboard  5 pieces  3f0a9c1e22d4`.
    public var description: String {
        let count = "\(pieces.count) \(pieces.count == 1 ? "piece" : "pieces")"
        return [page.route.text, page.page.key, page.page.layout, count, fingerprint.hex(12)]
            .joined(separator: "  ")
    }
}
