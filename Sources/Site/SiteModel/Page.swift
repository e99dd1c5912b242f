import Core
public import FoundationEssentials

/// A page without its body: enough to route it, list it and link to it.
public struct Page: Hashable, Sendable {
    public var id: UUID
    public var key: String
    public var app: String
    public var name: String
    /// The route as in the row; `Route` checks it.
    public var route: String
    public var layout: String
    public var metaTitle: String
    public var metaDescription: String
    public var updatedAtMilliseconds: Int
    /// `metadata.menu`: the label in the node's menu.
    public var menuLabel: String?
    public var menuOrder: Int
    /// `metadata.trusted`: raw HTML in the Markdown passes through.
    public var isTrusted: Bool
    /// `metadata.noindex`: search engines and the sitemap leave the page out.
    public var isHiddenFromSearch: Bool
    /// Columns of the row that are not valid UTF-8, which a database without an encoding may
    /// contain; the page is then not built. Their text here has U+FFFD in place of the invalid
    /// bytes.
    public var unreadableFields: [String] = []
    /// Differs after every edit of the page's row or of its blocks. The value has no meaning by
    /// itself, and no byte of the site may depend on it.
    public var version: Int64

    public init(
        id: UUID, key: String, app: String, name: String, route: String,
        layout: String = "single-column", metaTitle: String = "", metaDescription: String = "",
        updatedAtMilliseconds: Int = 0, menuLabel: String? = nil, menuOrder: Int = 0,
        isTrusted: Bool = false, isHiddenFromSearch: Bool = false, version: Int64 = 0
    ) {
        self.id = id
        self.key = key
        self.app = app
        self.name = name
        self.route = route
        self.layout = layout
        self.metaTitle = metaTitle
        self.metaDescription = metaDescription
        self.updatedAtMilliseconds = updatedAtMilliseconds
        self.menuLabel = menuLabel
        self.menuOrder = menuOrder
        self.isTrusted = isTrusted
        self.isHiddenFromSearch = isHiddenFromSearch
        self.version = version
    }

    /// Maximum bytes of a name, a title or a label, which other pages show, too.
    public static let titleLimit = 1 << 10
    /// Maximum bytes of a description.
    public static let descriptionLimit = 8 << 10

    /// The error of the first text that is too long, among those that other pages show; nil when all
    /// are valid.
    var sizeFault: Diagnostic? {
        let texts = [
            ("page_name", name, Self.titleLimit), ("meta_title", metaTitle, Self.titleLimit),
            ("meta_description", metaDescription, Self.descriptionLimit),
            ("metadata.menu", menuLabel ?? "", Self.titleLimit),
        ]
        for (name, text, limit) in texts {
            let fault = Self.sizeFault(name, text, limit: limit, at: .init(page: key))
            if let fault { return fault }
        }
        return nil
    }

    /// Returns the error of a text that is too long; otherwise nil.
    ///
    /// - Parameter field: the column, with the key in it if it is JSON.
    static func sizeFault(
        _ field: String, _ text: String, limit: Int, at location: Diagnostic.Location
    ) -> Diagnostic? {
        guard text.utf8.count > limit else { return nil }
        var location = location
        location.field = field.splitUTF8(separator: ".").first.map(String.init)
        return Diagnostic(
            .contentTooLarge, "\(field) has \(text.utf8.count) bytes; \(limit) is the limit",
            at: location, hint: "shorten it")
    }

    /// The title that lists and the document's head show.
    public var title: String { metaTitle.isEmpty ? name : metaTitle }

    /// Whether the page precedes another one in lists: by the bytes of route and key.
    public func precedes(_ other: Page) -> Bool {
        func isLess(_ left: String, _ right: String) -> Bool {
            left.utf8.lexicographicallyPrecedes(right.utf8)
        }
        return isLess(route, other.route) || (route == other.route && isLess(key, other.key))
    }

    /// Whether the routes, menu and lists of the site are the same with either page.
    public func isPlaced(like other: Page) -> Bool {
        // By bytes: `==` would miss an edit that gives a text another Unicode form.
        id == other.id && menuOrder == other.menuOrder
            && (menuLabel == nil) == (other.menuLabel == nil)
            && zip(placement, other.placement).allSatisfy { $0.isUTF8Equal(to: $1) }
    }

    /// The texts by which other pages may show or find this page.
    private var placement: [String] {
        [key, app, name, route, layout, metaTitle, metaDescription, menuLabel ?? ""]
    }
}

/// The parts of a page that only its own rendering needs; read in batches.
public struct PageBody: Hashable, Sendable {
    public var pageID: UUID
    /// Markdown, UTF-8.
    public var content: [UInt8]
    /// The text of the page's `metadata`.
    public var metadata: [UInt8]
    public var blocks: [Block]
    /// Values that were too large to be read; a page with any is not built.
    public var excesses: [Excess] = []
    /// Values that are not valid UTF-8; a page with any is not built.
    public var unreadable: [Unreadable] = []

    /// A column that is not valid UTF-8.
    public struct Unreadable: Hashable, Sendable {
        public var field: String
        /// `block_order`, for a column of a block.
        public var block: Int?

        public init(field: String, block: Int? = nil) {
            self.field = field
            self.block = block
        }
    }

    /// A column whose value is over its limit.
    public struct Excess: Hashable, Sendable {
        /// `content`, `metadata`, `props` or `conditions`.
        public var field: String
        /// `block_order`, for a column of a block.
        public var block: Int?
        /// The size of the column and its limit, in bytes.
        public var size: Int
        public var limit: Int

        public init(field: String, block: Int? = nil, size: Int, limit: Int) {
            self.field = field
            self.block = block
            self.size = size
            self.limit = limit
        }
    }

    public init(pageID: UUID, content: [UInt8] = [], metadata: [UInt8] = [], blocks: [Block] = []) {
        self.pageID = pageID
        self.content = content
        self.metadata = metadata
        self.blocks = blocks
    }
}

/// A component placed on a page: a row of `robbieblocks_page_blocks`.
public struct Block: Hashable, Sendable {
    public var componentKey: String?
    public var order: Int
    public var zone: String
    /// The text of `props`; it is validated and completed with defaults where the component runs.
    public var props: [UInt8]
    /// The text of `conditions`; empty when there are none.
    public var conditions: [UInt8]

    public init(
        componentKey: String?, order: Int, zone: String, props: [UInt8] = Array("{}".utf8),
        conditions: [UInt8] = []
    ) {
        self.componentKey = componentKey
        self.order = order
        self.zone = zone
        self.props = props
        self.conditions = conditions
    }
}
