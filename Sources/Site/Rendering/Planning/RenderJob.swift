public import SiteModel
public import System

/// All inputs of one page's rendering; nothing else can change its bytes.
public struct RenderJob: Sendable {
    /// One item in a zone, in order.
    public struct Piece: Sendable, Hashable {
        public enum Content: Sendable, Hashable {
            /// The page's own Markdown.
            case markdown
            /// A component: its index into `WorkerSetup.components`, and the text of its props.
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
    /// The JSON that `usePage()` returns.
    public var pageJSON: String
    /// The JSON from which the document shell fills `<head>`.
    public var headJSON: String
    /// The language tag of the page.
    public var language: String
    public var markdown: [UInt8]
    public var pieces: [Piece]
    /// Covers every input above and everything that the worker holds for this page.
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
