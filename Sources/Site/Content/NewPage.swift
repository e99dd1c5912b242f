/// A page to add.
public struct NewPage: Sendable {
    /// Characters that the columns of keys and routes take.
    public static let keyLength = 255
    /// Characters that the column of apps takes.
    public static let appLength = 50

    /// Nil takes the key that follows from the route.
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
    /// The keys of the rows of the frame that pages of its app and layout have, on some node.
    public var frame: [String]
}
