import Content
import Core
import FoundationEssentials
import SiteModel
import System

/// One build under way: what set it off, what it has found, and what is reported in the end.
struct BuildRun {
    let reach: BuildReach
    var report: BuildReport
    /// The instant of the snapshot, in milliseconds since 1970.
    private(set) var now = 0
    /// The same instant, or one just after it, in milliseconds of this machine's monotonic clock.
    private(set) var monotonicNow = 0
    /// What is looked at, oldest first.
    var changes: [Change] = []
    /// Changes to acknowledge once they have no errors, including ones from earlier builds.
    private(set) var answered: [Change] = []
    /// What waits for a build by hand; nothing in such a build.
    private(set) var waiting = WaitingRows()
    /// Everything that the node has not acknowledged.
    var pending: [Change] = []
    /// Whether `pending` has what was committed since the last build instead.
    var isSinceLastBuild = false
    /// Pages that are not live as their rows are, since something is wrong with them.
    private(set) var failing: Set<UUID> = []
    /// Pages that no node's app has, and that were never published.
    private(set) var strays: Set<UUID> = []
    /// Routes of pages that were published at an address where the newest release has none.
    var listedRoutes: Set<String> = []
    /// Pages whose plans have led to a page, rendered or as it was.
    var rendered: Set<String> = []
    /// Links to places on other pages, which are checked once those are published.
    var anchors = AnchorLinks()
    /// Which database it reads.
    private(set) var database = ""
    private(set) var origin = ""
    /// The folders that the node was published into, its home first.
    private(set) var folders: [NodeFolder] = []
    /// What proves that the versions which the last release was made from are of the database's own
    /// past; nil when they prove nothing.
    var marker: VersionMarker?
    /// Pages whose contents are others although their versions are the same.
    var differing: Set<UUID> = []
    /// When time changes a site that nothing else is known of, in milliseconds since 1970.
    var nextDue: Int?
    /// Whether the folder is the node's home, so that what is live in it may be called live.
    var isHome = true
    /// Where the home is, when it is elsewhere.
    var home = ""
    private var reasons: [UUID: String] = [:]

    init(node: String, reach: BuildReach) {
        report = BuildReport(node: node)
        self.reach = reach
    }

    /// The same build from its beginning; what was repaired stays repaired.
    func restarted(for node: String) -> BuildRun {
        var run = BuildRun(node: node, reach: reach)
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
            if let id = change.entityID { reasons[id] = Self.words(for: change) }
        }
        report.trigger = trigger
    }

    /// Takes over what is wrong with the site now.
    mutating func note(_ site: KnownSite, _ options: BuildOptions) {
        report.diagnostics = site.diagnostics + report.diagnostics
        failing = site.site.unplaced.union(site.failures.keys)
        strays = Set(site.content.strayPages.map(\.id))
        // What another page has taken the address of is not live any more.
        report.kept = failing.count { site.positions[$0] != nil }
        report.failed = failing.count - report.kept
        if options.reportsFaultyFiles {
            report.faultyFiles = site.files(of: failing.union(site.pagesOfWrongFrame))
        }
    }

    /// The pages that wait for a build by hand, among these.
    func waitingPages(among pages: @autoclosure () -> [UUID]) -> Set<UUID> {
        waiting.isWhole("page") ? Set(pages()) : waiting.ids(of: "page")
    }

    /// The rows of the frame that wait for a build by hand.
    var waitingFrame: WaitingFrame {
        WaitingFrame(
            rows: waiting.ids(of: "frame_block"), isWhole: waiting.isWhole("frame_block"))
    }

    /// Why a page whose rows changed is planned again.
    func reason(for page: UUID) -> String { reasons[page] ?? "the page or its blocks changed" }

    /// Says that edits stay pending, since the folder is not the node's home; nothing else is expected
    /// of a folder with drafts.
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

    /// For the history: what set the build off.
    private var trigger: String {
        guard reach != .everything else { return BuildReport.byHand }
        guard let first = changes.first else {
            return reach == .reconciliation ? "reconciliation" : "schedule"
        }
        return switch first.entityType {
        case "page": "page_change"
        case "component": "component_update"
        case "style_token": "style_change"
        case "node_branding": "branding_change"
        case "frame_block": "frame_change"
        default: first.triggerType
        }
    }
}

/// Another builder published between reading and writing.
struct StaleBuild: DiagnosedError {
    var diagnostic: Diagnostic {
        Diagnostic(
            .buildSuperseded, "other builders publish this site again and again while it is built",
            hint: "end all builders of the node but one")
    }
}
