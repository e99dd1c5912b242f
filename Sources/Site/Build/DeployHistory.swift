import Content
import Core
import FoundationEssentials
import Publishing
import System

/// Records the builds of a node in `robbieblocks_deploys`.
///
/// - A release has a row. If its builder was terminated, or had no database, before it could write
///   one, the next build writes what the ledger knows.
/// - A failed build has a row; the same error in successive builds has only one.
/// - A manual build has a row even when it found nothing to do, with no pages and the hash of the
///   live release. A watcher checks every few seconds, which is not recorded unless it finds that
///   an earlier error is fixed; a check of a held node is not recorded either.
/// - A long build has a row from its start. If its builder was terminated, the next build records
///   that.
///
/// - A folder with drafts is not a deploy and has no rows.
///
/// History must never affect a site: when it cannot be written, the build still counts.
actor DeployHistory {
    private let node: String
    private var folder: SiteFolder
    /// Long builds are announced while the snapshot occupies the other connection.
    private let announcements: ContentStore
    private var announced: UUID?
    /// The last error, so that attempts every few seconds share one row.
    private var lastFault: String?
    /// The live release, if it is known to have a row; nil when that must be checked.
    private var recorded: Int?
    /// Whether the newest row records a failure; nil while that is unknown.
    private var saysFailed: Bool?
    private let isKept: Bool

    /// - Parameter isKept: whether anything is recorded.
    init(node: String, folder: SiteFolder, announcements: ContentStore, isKept: Bool) {
        self.node = node
        self.folder = folder
        self.announcements = announcements
        self.isKept = isKept
    }

    /// Sets the folder that replaces the previous one.
    func use(_ folder: SiteFolder) {
        self.folder = folder
        recorded = nil
    }

    /// Records what a terminated builder left out: before a build that compares everything, and
    /// when a row may be missing.
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

    /// Records the start of a long build.
    func began(_ trigger: String) async {
        guard isKept else { return }
        announced = try? await announcements.beginDeploy(node: node, triggeredBy: trigger)
    }

    /// Records that an error of the environment ended a build.
    func failed(_ diagnostic: Diagnostic, _ trigger: String, on store: ContentStore) async {
        guard isKept, announced != nil || diagnostic.message != lastFault else { return }
        lastFault = diagnostic.message
        await write(
            Deploy(node: node, status: .failed, error: diagnostic.message, triggeredBy: trigger),
            on: store)
    }

    /// Records the end of a build.
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
            // It was finished on behalf of a terminated builder.
            if number != recorded { recorded = nil }
        case .refused: break
        // Nothing was checked: earlier errors remain.
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

    /// Summarizes several errors by the first one, as text for a row.
    private static func summary(of errors: [Diagnostic]) -> String? {
        errors.first.map { first in
            "\(first)" + (errors.count > 1 ? " (and \(errors.count - 1) more)" : "")
        }
    }
}
