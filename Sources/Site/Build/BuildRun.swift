import Content
import Core
import FoundationEssentials
import SiteModel
import System

/// A running build: its trigger, its findings, and its report.
struct BuildRun {
    /// What the build is made from beside rows.
    let input: BuildInput
    var facts: BuildFacts
    var report: BuildReport
    /// The time of the snapshot, in milliseconds since 1970.
    private(set) var now = 0
    /// The same time, or just after it, in milliseconds of this machine's monotonic clock.
    private(set) var monotonicNow = 0
    /// The changes that this build handles, oldest first.
    var changes: [Change] = []
    /// Changes to acknowledge once they have no errors, including ones from earlier builds.
    private(set) var answered: [Change] = []
    /// Rows that wait for a manual build; empty in a manual build.
    private(set) var waiting = WaitingRows()
    /// All changes that the node has not acknowledged.
    var pending: [Change] = []
    /// Whether `pending` has the changes committed since the last build instead.
    var isSinceLastBuild = false
    /// Pages whose current rows are not live because of an error.
    private(set) var failing: Set<UUID> = []
    /// Pages that belong to no node's app and were never published.
    private(set) var strays: Set<UUID> = []
    /// Routes of pages published at an address where the newest release has no page.
    var listedRoutes: Set<String> = []
    /// Pages that were planned successfully, whether rendered or unchanged.
    var rendered: Set<String> = []
    /// Links to anchors on other pages, which are checked once those are published.
    var anchors = AnchorLinks()
    /// Identifies the database that the build reads.
    private(set) var database = ""
    private(set) var origin = ""
    /// The folders that the node was published into, its home first.
    private(set) var folders: [NodeFolder] = []
    /// Proves that the row versions recorded with the last release belong to this database's own
    /// history; nil when there is no proof.
    var marker: VersionMarker?
    /// Pages whose contents differ although their versions are the same.
    var differing: Set<UUID> = []
    /// When a site that is not in memory next changes with time, in milliseconds since 1970.
    var nextDue: Int?
    /// Whether the folder is the node's home, so that its release may be reported as live.
    var isHome = true
    /// The location of the home when it is another folder.
    var home = ""
    private var reasons: [UUID: String] = [:]

    init(_ input: BuildInput, facts: BuildFacts) {
        self.input = input
        report = BuildReport(node: input.options.node)
        self.facts = facts
    }

    var options: BuildOptions { input.options }

    var reach: BuildReach { facts.reach }

    /// Returns the same build started over; completed repairs are kept.
    func restarted() -> BuildRun {
        var start = BuildFacts(reach: reach)
        start.isForced = facts.isForced
        start.includesDrafts = facts.includesDrafts
        start.isCrowded = facts.isCrowded
        start.folder = facts.folder
        var run = BuildRun(input, facts: start)
        run.report.repairs = report.repairs
        return run
    }

    mutating func begin(
        at instant: Instant, pending: PendingChanges, folders: [NodeFolder], tried: Set<UUID>
    ) {
        now = instant.now
        (database, origin) = (instant.database, instant.origin)
        self.folders = folders
        monotonicNow = monotonicMilliseconds()
        self.pending = pending.changes
        if reach != .everything { waiting = pending.waiting }
        answered = pending.changes.filter { reach == .everything || !waiting.hold($0) }
        for change in answered {
            if reach == .changes, tried.contains(change.id) { continue }
            changes.append(change)
            if let id = change.subject.rowID { reasons[id] = Self.words(for: change) }
        }
        report.trigger = trigger
    }

    /// Records the current errors of the site.
    mutating func note(_ site: KnownSite) {
        report.diagnostics = site.diagnostics + report.diagnostics
        failing = site.site.unplaced.union(site.failures.keys)
        strays = Set(site.content.strayPages.map(\.id))
        // A page whose address another page has taken is no longer live.
        report.kept = failing.count { site.positions[$0] != nil }
        report.failed = failing.count - report.kept
        if options.reportsFaultyFiles {
            report.faultyFiles = site.files(of: failing.union(site.pagesOfWrongFrame))
        }
    }

    /// Returns those of the pages that wait for a manual build.
    func waitingPages(among pages: @autoclosure () -> [UUID]) -> Set<UUID> {
        waiting.isWhole(.pages) ? Set(pages()) : waiting.pages
    }

    /// The rows of the frame that wait for a manual build.
    var waitingFrame: WaitingFrame {
        WaitingFrame(rows: waiting.frameBlocks, isWhole: waiting.isWhole(.frame))
    }

    /// Returns why a page whose rows changed is planned again.
    func reason(for page: UUID) -> String { reasons[page] ?? "the page or its blocks changed" }

    /// Reports that edits stay pending because the folder is not the node's home; a folder with
    /// drafts never is, so it has no such report.
    mutating func noteHome() {
        guard report.pending > 0, !home.isEmpty else { return }
        report.diagnostics.append(
            Diagnostic(
                .otherFolder,
                "edits stay pending, since the node's home is \(home)",
                at: .init(node: report.node),
                hint: "build there, or make this folder the home with --take-over",
                severity: .warning))
    }

    private static func words(for change: Change) -> String {
        switch change.triggerType {
        case "page_insert": "the page was added"
        case "page_update": "the row of the page changed"
        case let type where type.hasUTF8Prefix("block_"): "a block of the page changed"
        default: "the page or its blocks changed"
        }
    }

    /// The build's trigger, for the history.
    private var trigger: String {
        guard reach != .everything else { return BuildReport.byHand }
        guard let first = changes.first else {
            return reach == .reconciliation ? "reconciliation" : "schedule"
        }
        return switch first.subject.table {
        case .pages: "page_change"
        case .components: "component_update"
        case .tokens: "style_change"
        case .branding: "branding_change"
        case .frame: "frame_change"
        case nil: first.triggerType
        }
    }
}

/// Another builder published between this build's reading and writing.
struct StaleBuild: DiagnosedError {
    var diagnostic: Diagnostic {
        Diagnostic(
            .buildSuperseded, "other builders publish this site again and again while it is built",
            hint: "end all builders of the node but one")
    }
}
