public import Core
public import FoundationEssentials

/// Everything that the database contains about one node at one instant, except the bodies of its
/// pages.
///
/// Bodies are by far the largest part of a site, and each is needed once: they are read in batches
/// while the site is rendered, from the same snapshot.
public struct NodeContent: Sendable {
    public var node: Node
    /// Every existing node, for conditions that name one.
    public var nodeIDs: Set<String>
    /// Every app that some node enables, and those of the contract.
    public var knownApps: Set<String>
    /// The apps of the newest release; empty before the first.
    public var publishedApps: Set<String> = []
    /// The pages of the node's apps that are live at `now`, in the order of their routes.
    public var pages: [Page]
    /// Pages of unknown apps, which no node builds, except those that `keepStrays` keeps.
    public var strayPages: [Page]
    /// The components that those pages place, by key.
    public var components: [String: Component]
    /// The blocks that pages have without placing them: rows for this node, and rows that name a
    /// node or an app that does not exist.
    public var frame: [FrameBlock]
    /// `robbieblocks_style_tokens`: key → default value.
    public var tokens: [String: String]
    /// The time of the snapshot, in milliseconds since 1970.
    public var now: Int
    /// When the next page is published by its date, in milliseconds since 1970.
    public var nextPublication: Int?
    /// Whether unpublished pages and components are included.
    public var hasDrafts: Bool

    public init(
        node: Node, nodeIDs: Set<String>, knownApps: Set<String>, pages: [Page],
        strayPages: [Page] = [], components: [String: Component], frame: [FrameBlock] = [],
        tokens: [String: String], now: Int,
        nextPublication: Int? = nil, hasDrafts: Bool = false
    ) {
        self.node = node
        self.nodeIDs = nodeIDs
        self.knownApps = knownApps
        self.pages = pages
        self.strayPages = strayPages
        self.components = components
        self.frame = frame
        self.tokens = tokens
        self.now = now
        self.nextPublication = nextPublication
        self.hasDrafts = hasDrafts
    }

    /// One for each app of the node's row that has no page, or cannot be compared.
    ///
    /// An app without pages is probably a typing mistake if its name is similar to that of an app that
    /// the row does not have and the site was not published with. Otherwise its first page is still to
    /// be written, or its last one was removed.
    public var appFaults: [Diagnostic] {
        let location = Diagnostic.Location(node: node.id, field: "enabled_apps")
        return appsWithoutPages.map { app, isMistyped in
            isMistyped
                ? Diagnostic(
                    .unknownApp, "'\(app)' is not an app: no page belongs to it", at: location,
                    hint: suggestion(for: app, among: Array(missingApps)))
                : Diagnostic(
                    .unknownApp, "no page belongs to the app '\(app)'", at: location,
                    hint: "write its first page, or remove it from enabled_apps",
                    severity: .warning)
        }
            + node.enabledApps.filter { !$0.isComposed }.map { app in
                Diagnostic(
                    .unknownApp, "the app '\(app)' is not in Unicode's composed form (NFC)",
                    at: location,
                    hint: "write '\(app.composed)', here and in app_namespace of its pages")
            }
    }

    /// The apps that rows may name: those with pages, and those that the node has without pages.
    public var acceptedApps: Set<String> {
        knownApps.union(appsWithoutPages.filter { !$0.isMistyped }.map(\.app))
    }

    private var appsWithoutPages: [(app: String, isMistyped: Bool)] {
        let apps = Set(node.enabledApps.filter(\.isComposed)).subtracting(knownApps)
        guard !apps.isEmpty else { return [] }
        let missing = missingApps
        return apps.sorted().map { app in
            (app, !publishedApps.contains(app) && nearMiss(for: app, among: missing) != nil)
        }
    }

    /// Apps that the row does not name, although they have pages or the newest release has them.
    private var missingApps: Set<String> {
        knownApps.union(publishedApps).subtracting(node.enabledApps.filter(\.isComposed))
    }

    /// Returns the error of a page of an unknown app.
    func strayFault(of page: Page) -> Diagnostic {
        let location = Diagnostic.Location(page: page.key, field: "app_namespace")
        guard page.app.isComposed else {
            return Diagnostic(
                .unknownApp, "the app '\(page.app)' is not in Unicode's composed form (NFC)",
                at: location,
                hint: "UPDATE robbieblocks_pages SET app_namespace = normalize(app_namespace) "
                    + "WHERE page_key = '\(page.key.replacingUTF8("'", with: "''"))'")
        }
        return Diagnostic(
            .unknownApp, "no node builds the app '\(page.app)'", at: location,
            hint: suggestion(for: page.app, among: Array(knownApps)))
    }

    /// Adds pages without a known app to the site's pages if the newest release has them: they stay
    /// where they were published until their rows are corrected.
    public mutating func keepStrays(_ isPublished: (UUID) -> Bool) {
        let kept = strayPages.filter { isPublished($0.id) }
        guard !kept.isEmpty else { return }
        strayPages.removeAll { isPublished($0.id) }
        pages = (pages + kept).sorted { $0.precedes($1) }
    }

    /// The apps that the contract names; a node may enable others.
    public static let contractApps: Set<String> = ["play", "work", "code", "shared", "marketing"]
}
