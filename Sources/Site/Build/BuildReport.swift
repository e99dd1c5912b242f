public import Core
public import Publishing

/// What a build did, and how long each part of it took.
public struct BuildReport: Sendable {
    public enum Outcome: Sendable, Hashable {
        case published(release: Int)
        /// The files are those of the current release.
        case unchanged(release: Int)
        /// An error prevented publishing; the last good site stays.
        case refused
        /// The site was rolled back to a release and stays there; nothing was checked.
        case held(release: Int)
    }

    public struct Phase: Sendable, Hashable, Codable {
        public var name: String
        public var milliseconds: Double
    }

    public var node: String
    public var outcome: Outcome = .refused
    /// The number of pages of the site.
    public var pages = 0
    /// Pages rendered by this build.
    public var rendered = 0
    /// Pages that a change might have affected, but whose inputs are unchanged.
    public var reused = 0
    /// Pages removed from the site.
    public var removed = 0
    /// Pages whose last good version was kept.
    public var kept = 0
    /// Pages that failed, without those whose last good version was kept.
    public var failed = 0
    public var files = 0
    public var bytes = 0
    /// SHA-256 of the release, in hexadecimal.
    public var buildHash = ""
    public var phases: [Phase] = []
    public var diagnostics: [Diagnostic] = []
    /// The faults found in the output folder, with their remedies.
    public var repairs: [FolderFault] = []
    /// The build's trigger, in the form of `robbieblocks_deploys.triggered_by`.
    public var trigger = Self.byHand
    /// Files of the site that may have changed, below its root; for a preview.
    public var changedFiles: Set<String> = []
    /// The files that show, or would show, pages whose current rows are not live, and those of
    /// pages that would use a wrong row of the frame; by the keys of the pages. Filled only with
    /// `BuildOptions.reportsFaultyFiles`.
    public var faultyFiles: [String: Set<String>] = [:]
    /// The warnings of the whole site, including pages of earlier builds; nil when they equal those
    /// of the last report, or are unknown. An unpublished page or site keeps its warnings.
    public var warnings: [Diagnostic]?
    /// The number of warnings about pages that this build did not render.
    public var olderWarnings = 0
    /// The files of the pages with warnings, by key. Filled only with
    /// `BuildOptions.reportsFaultyFiles`.
    public var warnedFiles: [String: Set<String>] = [:]
    /// Pages that were read to check whether they have the anchors that links name.
    package var pagesReadForLinks = 0
    /// The time from each edit until it was live, in milliseconds of the database's clock.
    public var lags: [Double] = []
    /// When the live release was made, in milliseconds since 1970.
    public var liveSince = 0
    /// Edits that are not published: they failed, or wait for a manual build.
    public var pending = 0

    /// The error that prevented reporting the live edits to the database. The published release is
    /// live all the same, and the edits stay pending until the next build.
    public var unacknowledged: Diagnostic?

    /// The trigger of a build that a person started.
    static let byHand = "manual"

    public init(node: String) { self.node = node }

    public var errors: [Diagnostic] { diagnostics.filter { $0.severity == .error } }
}
