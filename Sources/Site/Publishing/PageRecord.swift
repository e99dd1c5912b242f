public import System

/// What is remembered of a published page: what it was made from, and what would change it.
public struct PageRecord: Sendable, Hashable {
    /// The row's UUID, as text.
    public var id: String
    /// `page_key` of the row.
    public var key: String
    /// The path of the page's HTML below the site's root.
    public var file: String
    /// Over every input of the rendering: equal fingerprints give equal bytes.
    public var fingerprint: SHA256Digest
    /// The version of the rows that it was made from.
    public var version: Int64
    /// When its conditions change by themselves, in milliseconds since 1970; nil when they do not.
    public var due: Int?
    /// What it depends on beside its own rows: names into `SiteState.inputs`, such as
    /// `component:hero` or `pages`. None holds a line break.
    public var inputs: [String]

    public init(
        id: String, key: String, file: String, fingerprint: SHA256Digest, version: Int64,
        due: Int? = nil, inputs: [String] = []
    ) {
        self.id = id
        self.key = key
        self.file = file
        self.fingerprint = fingerprint
        self.version = version
        self.due = due
        self.inputs = inputs
    }
}

/// A page that cannot be rendered as its rows are now.
public struct PageFailure: Sendable, Hashable {
    /// The page's id or key, as the one who records it chose.
    public var page: String
    /// What was attempted, when it came that far.
    public var fingerprint: SHA256Digest?
    /// Milliseconds since 1970.
    public var since: Int
    /// JSON text.
    public var diagnostics: String

    public init(page: String, fingerprint: SHA256Digest? = nil, since: Int, diagnostics: String) {
        self.page = page
        self.fingerprint = fingerprint
        self.since = since
        self.diagnostics = diagnostics
    }
}

/// Everything that is remembered of the newest release, to find out what the next one must change.
public struct SiteState: Sendable {
    /// The newest release, which need not be the one that is served; 0 when there is none.
    public var release = 0
    /// By id.
    public var pages: [String: PageRecord] = [:]
    /// Named inputs that pages share, such as `component:hero`, and their digests.
    public var inputs: [String: SHA256Digest] = [:]
    /// In the order in which they were recorded.
    public var failures: [PageFailure] = []
    /// Whether bytes of the site are lost until the next release. Pages that had them are left out.
    public var hasLostFiles = false
    /// The node's branding and tokens as they were published, in the form of `ReleaseDraft.setBranding`;
    /// nil when that was never recorded.
    public var branding: String?

    /// The name of the input that says what the files beside the pages were made from. It is
    /// forgotten when bytes of the site are lost.
    public static let sourcesInput = "sources"

    public init() {}
}
