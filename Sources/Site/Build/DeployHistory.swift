import Content
import Core
import FoundationEssentials
import Publishing
import System

/// Writes the builds of a node into `robbieblocks_deploys`.
///
/// - A release has a row. When its builder was ended, or had no database, before it could write one,
///   the next build writes what the ledger knows.
/// - A build that failed has a row; the same fault, met again and again, is one.
/// - A build by hand has a row when it found nothing to do, too: no pages, and the hash of what is
///   live. A watcher looks every few seconds, and that is not remembered, unless it finds that what
///   failed before is right; nor is a look at a node that is held.
/// - A long build has its row from its beginning. When its builder was ended, the next build says so.
///
/// - A folder with drafts is no deploy: it has no rows.
///
/// History is never worth a site: when it cannot be written, the build is as good as it was.
actor DeployHistory {
    private let node: String
    private var folder: SiteFolder
    /// Long builds are announced while the snapshot holds the other connection.
    private let announcements: ContentStore
    private var announced: UUID?
    /// What failed last, so that an attempt every few seconds is one row.
    private var lastFault: String?
    /// The live release as far as it is known to have its row; nil when that must be looked after.
    private var recorded: Int?
    /// Whether the newest row says that something failed; nil while that is not known.
    private var saysFailed: Bool?
    private let isKept: Bool

    /// - Parameter isKept: whether anything is written at all.
    init(node: String, folder: SiteFolder, announcements: ContentStore, isKept: Bool) {
        self.node = node
        self.folder = folder
        self.announcements = announcements
        self.isKept = isKept
    }

    /// Takes the folder that has the place of the one before.
    func use(_ folder: SiteFolder) {
        self.folder = folder
        recorded = nil
    }

    /// Writes what an ended builder left out: before a build that looks at everything, and when a row
    /// was missed.
    func complete(for reach: BuildReach, on store: ContentStore) async {
        guard isKept, reach != .changes || recorded == nil else { return }
        do {
            if saysFailed == nil { saysFailed = try await store.hasFailedDeploy(of: node) }
            let live = try folder.currentRelease()
            var deploy: Deploy?
            if let live {
                let faults = FailedPage.all(in: try folder.failures()).values
                    .sorted { $0.page < $1.page }.flatMap(\.diagnostics)
                deploy = Deploy(
                    node: node, status: faults.isEmpty ? .success : .failed, release: live.number,
                    buildHash: live.buildHash.description, error: Self.summary(of: faults),
                    triggeredBy: live.cause)
            }
            try await store.completeDeploys(
                of: node, live: deploy, publishedAt: live?.createdAt ?? 0)
            recorded = live?.number ?? 0
        } catch {
            recorded = nil
        }
    }

    /// A build began that takes its time.
    func began(_ trigger: String) async {
        guard isKept else { return }
        announced = try? await announcements.beginDeploy(node: node, triggeredBy: trigger)
    }

    /// The environment kept a build from ending.
    func failed(_ diagnostic: Diagnostic, _ trigger: String, on store: ContentStore) async {
        guard isKept, announced != nil || diagnostic.message != lastFault else { return }
        lastFault = diagnostic.message
        await write(
            Deploy(node: node, status: .failed, error: diagnostic.message, triggeredBy: trigger),
            on: store)
    }

    /// A build ended.
    func ended(
        _ report: BuildReport, components: Int, milliseconds: Int, on store: ContentStore
    ) async {
        guard isKept else { return }
        let fault = Self.summary(of: report.errors)
        var release: Int?
        var isByHand = false
        var isRecovered = false
        switch report.outcome {
        case .published(let number): release = number
        case .unchanged(let number):
            isByHand = report.trigger == BuildReport.byHand
            isRecovered = fault == nil && saysFailed == true
            // It was finished for a builder that was ended.
            if number != recorded { recorded = nil }
        case .refused: break
        // Nothing was looked at: what was wrong still is.
        case .held where announced == nil: return
        case .held: break
        }
        guard
            release != nil || announced != nil || isByHand || isRecovered
                || (fault != nil && fault != lastFault)
        else { return }
        lastFault = fault
        let publishing = report.phases.last { $0.name == "publish" }.map { Int($0.milliseconds) }
        await write(
            Deploy(
                node: node, status: fault == nil ? .success : .failed, release: release,
                buildHash: report.outcome == .refused ? "" : report.buildHash,
                pages: report.rendered, components: components,
                buildMilliseconds: max(0, milliseconds - (publishing ?? 0)),
                deployMilliseconds: publishing ?? 0, error: fault,
                log: fault == nil
                    ? nil : report.errors.map { "\($0)" }.joined(separator: "\n"),
                triggeredBy: report.trigger),
            on: store)
    }

    private func write(_ deploy: Deploy, on store: ContentStore) async {
        do {
            if let announced {
                try await announcements.finishDeploy(announced, as: deploy)
            } else {
                try await store.recordDeploy(deploy)
            }
            recorded = deploy.release ?? recorded
            saysFailed = deploy.status == .failed
        } catch {
            recorded = nil
        }
        announced = nil
    }

    /// The first of several errors, in the words of a row.
    private static func summary(of errors: [Diagnostic]) -> String? {
        errors.first.map { first in
            "\(first)" + (errors.count > 1 ? " (and \(errors.count - 1) more)" : "")
        }
    }
}
