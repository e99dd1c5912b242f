/// A page to add.
public struct NewPage: Sendable {
    /// The most characters in the columns of keys and routes.
    public static let keyLength = 255
    /// The most characters in the column of apps.
    public static let appLength = 50

    /// Nil derives the key from the route.
    public var key: String?
    public var name: String
    public var route: String
    public var app: String
    public var layout: String
    public var description: String?
    /// Markdown.
    public var content: String
    /// The label in the menu; nil leaves the page out of it.
    public var menu: String?
    public var isDraft: Bool

    public init(
        key: String? = nil, name: String, route: String, app: String, layout: String,
        description: String? = nil, content: String, menu: String? = nil, isDraft: Bool = false
    ) {
        self.key = key
        self.name = name
        self.route = route
        self.app = app
        self.layout = layout
        self.description = description
        self.content = content
        self.menu = menu
        self.isDraft = isDraft
    }
}

/// A page that was added.
public struct AddedPage: Sendable {
    public var key: String
    /// The nodes that build it.
    public var nodes: [String]
    /// The keys of the frame's rows for pages of its app and layout, on any node.
    public var frame: [String]
}
