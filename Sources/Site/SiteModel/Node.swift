public import Core

/// One branded site: a row of `robbieblocks_node_branding`.
public struct Node: Hashable, Sendable {
    /// `node_id`, such as `testpilot`.
    public var id: String
    public var name: String
    /// Token key → value; the theme's name is in `theme`.
    public var styleOverrides: [String: String]
    /// `style_overrides.theme`: `dark`, `light` or `professional`.
    public var theme: String?
    /// The apps whose pages this node has, besides `shared`.
    public var enabledApps: [String]
    /// The apps of the newest release, used while the row names an app that does not exist, so that
    /// a typing mistake removes no page from the site.
    public var publishedApps: [String]?
    public var customCSS: String
    public var customScripts: String
    /// The text of `metadata`: `tagline`, `base_url` and the keys that components read.
    public var metadata: JSONValue
    /// One diagnostic for each JSON column that is unreadable and counts as empty.
    public var unreadable: [Diagnostic]

    public init(
        id: String, name: String, styleOverrides: [String: String] = [:], theme: String? = nil,
        enabledApps: [String] = [], customCSS: String = "", customScripts: String = "",
        metadata: JSONValue = .object([:]), unreadable: [Diagnostic] = []
    ) {
        self.id = id
        self.name = name
        self.styleOverrides = styleOverrides
        self.theme = theme
        self.enabledApps = enabledApps
        self.customCSS = customCSS
        self.customScripts = customScripts
        self.metadata = metadata
        self.unreadable = unreadable
    }

    /// The apps whose pages are built: the enabled ones and `shared`.
    ///
    /// All are in Unicode's composed form, so that the set distinguishes the same texts as a database. An
    /// app in another form is an error in the row.
    public var apps: Set<String> {
        Set((publishedApps ?? enabledApps).filter(\.isComposed)).union(["shared"])
    }

    /// Whether pages of an app are built. Texts are compared by their bytes, as a database does.
    public func builds(_ app: String) -> Bool { app.isComposed && apps.contains(app) }

    /// Whether the row names an app, whatever the site was published with.
    public func enables(_ app: String) -> Bool {
        app.isComposed && enabledApps.contains { $0.isUTF8Equal(to: app) }
    }

    /// The error of a name that is too long; otherwise nil.
    public var nameFault: Diagnostic? {
        Page.sizeFault("node_name", name, limit: Page.titleLimit, at: .init(node: id))
    }

    /// The value of `metadata.base_url` without a final slash, such as `https://testpilot.example`.
    public var baseURL: String? {
        guard let text = metadata["base_url"]?.string, AddressPrefix.fault(in: text) == nil else {
            return nil
        }
        return text.droppingUTF8Suffix("/").map(String.init) ?? text
    }

    public var tagline: String { metadata["tagline"]?.string ?? "" }

    /// One error for each key of `metadata` with an invalid value.
    public var metadataFaults: [Diagnostic] {
        MetadataKey.faults(
            in: metadata, keys: Self.metadataKeys, at: .init(node: id, field: "metadata"))
    }

    /// Whether a JSON column, such as `metadata`, is unreadable.
    public func isUnreadable(_ field: String) -> Bool {
        unreadable.contains { $0.location.field == field }
    }

    /// Replaces the invalid values in `metadata` with those of `published`; a key missing there is
    /// removed.
    public mutating func repairMetadata(from published: [String: JSONValue]) {
        if isUnreadable("metadata") {
            metadata = .object(published)
            return
        }
        guard var members = metadata.object else { return }
        for key in Self.metadataKeys where key.isFaulty(in: metadata) {
            members[key.name] = published[key.name]
        }
        metadata = .object(members)
    }

    /// The names of the keys of `metadata` that the program reads.
    static let metadataNames = metadataKeys.map(\.name)
    private static let metadataKeys = [
        MetadataKey(
            "base_url", hint: "it is where the site is found, such as https://www.example.com"
        ) { value in
            guard let text = value.string else { return "is not a string" }
            return AddressPrefix.fault(in: text)
        },
        MetadataKey(
            "tagline", hint: "it is a text in quotes, of at most \(Page.titleLimit) bytes"
        ) { $0.string.map { $0.utf8.count <= Page.titleLimit } ?? false },
    ]
}
