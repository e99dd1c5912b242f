public import System

/// The record of a published page: the inputs it was made from, and what would change it.
public struct PageRecord: Sendable, Hashable {
    /// The row's UUID, as text.
    public var id: String
    /// `page_key` of the row.
    public var key: String
    /// The path of the page's HTML below the site's root.
    public var file: String
    /// Covers every input of the rendering: equal fingerprints produce equal bytes.
    public var fingerprint: SHA256Digest
    /// The version of the rows that the page was made from.
    public var version: Int64
    /// When its conditions next change with time, in milliseconds since 1970; nil when they do not.
    public var due: Int?
    /// The inputs besides its own rows: names in `PublishedState.inputs`, such as `component:hero` or
    /// `pages`. No name contains a line break.
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

/// A page that cannot be rendered from its current rows.
public struct PageFailure: Sendable, Hashable {
    /// The page's id or key, as the caller chose.
    public var page: String
    /// The fingerprint of the attempted rendering, if it got that far.
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

/// The record of the newest release, from which a build finds what the next one must change.
public struct PublishedState: Sendable {
    /// The newest release, which may differ from the served one; 0 when there is none.
    public var release = 0
    /// By id.
    public var pages: [String: PageRecord] = [:]
    /// Named inputs that pages share, such as `component:hero`, and their digests.
    public var inputs: [String: SHA256Digest] = [:]
    public var provenance = ReleaseProvenance()
    /// In the order of recording.
    public var failures: [PageFailure] = []
    /// Whether bytes of the site are missing until the next release. Pages that used them are left
    /// out.
    public var hasLostFiles = false
    /// The node's branding and tokens as they were published, in the form of
    /// `ReleaseDraft.setBranding`; nil when they were never recorded.
    public var branding: String?

    public init() {}
}
