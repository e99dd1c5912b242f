public import Core
public import Publishing

/// What a build did, and how long each part of it took.
public struct BuildReport: Sendable {
    public enum Outcome: Sendable, Hashable {
        case published(release: Int)
        /// The files are those of the current release.
        case unchanged(release: Int)
        /// A fault kept the build from publishing; the last good site stays.
        case refused
        /// The site was rolled back to a release and stays there; nothing was looked at.
        case held(release: Int)
    }

    public struct Phase: Sendable, Hashable, Codable {
        public var name: String
        public var milliseconds: Double
    }

    public var node: String
    public var outcome: Outcome = .refused
    /// Pages that the site has.
    public var pages = 0
    /// Pages that were rendered now.
    public var rendered = 0
    /// Pages that a change might have reached, and whose inputs turned out to be the same.
    public var reused = 0
    /// Pages that are gone.
    public var removed = 0
    /// Pages whose last good version was kept.
    public var kept = 0
    /// Pages that failed, and what was kept is not counted.
    public var failed = 0
    public var files = 0
    public var bytes = 0
    /// SHA-256 over the release, in hexadecimal.
    public var buildHash = ""
    public var phases: [Phase] = []
    public var diagnostics: [Diagnostic] = []
    /// What was wrong in the output folder, and what became of it.
    public var repairs: [SiteFault] = []
    /// What set the build off, as `robbieblocks_deploys.triggered_by` has it.
    public var trigger = Self.byHand
    /// Files of the site that may be others than before, below its root; for a preview.
    public var changedFiles: Set<String> = []
    /// The files that show pages which are not live as their rows are, or would show them, and those of
    /// pages that would have a row of the frame which is wrong; by the keys of the pages, only when
    /// `BuildOptions.reportsFaultyFiles` asks for them.
    public var faultyFiles: [String: Set<String>] = [:]
    /// What there is to warn about on the whole site, in earlier builds' pages too; nil when it is what the
    /// last report has, or is not known. A page or site that was not published keeps its warnings.
    public var warnings: [Diagnostic]?
    /// How many of them are about pages that this build did not render.
    public var olderWarnings = 0
    /// The files of the pages that have warnings, by key; only when `BuildOptions.reportsFaultyFiles` asks
    /// for them.
    public var warnedFiles: [String: Set<String>] = [:]
    /// Pages that were read to find out whether they have the places that links name.
    package var pagesReadForLinks = 0
    /// From each edit to its being live, in milliseconds by the clock of the database.
    public var lags: [Double] = []
    /// When the live release was made, in milliseconds since 1970.
    public var liveSince = 0
    /// Edits that are not published: they failed, or wait for a build by hand.
    public var pending = 0

    /// What kept the database from being told which edits are live; what was published is live all the
    /// same, and the edits stay pending until the next build.
    public var unacknowledged: Diagnostic?

    /// The trigger of a build that somebody asked for.
    static let byHand = "manual"

    public init(node: String) { self.node = node }

    public var errors: [Diagnostic] { diagnostics.filter { $0.severity == .error } }
}
