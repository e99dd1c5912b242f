import ContentStore
import Diagnostics
import FoundationEssentials
import PostgreSQL

/// Writes the builds of a node into `robbieblocks_deploys`, once each.
///
/// History is never worth a site: when it cannot be written, the build is as good as it was.
actor DeployHistory {
    private let node: String
    /// Long builds are announced while the snapshot holds the other connection.
    private let announcements: ContentStore
    private var announced: UUID?
    /// What failed last, so that an attempt every few seconds is one row.
    private var lastFault: String?

    init(node: String, database: ConnectionTarget) {
        self.node = node
        announcements = ContentStore(of: database)
    }

    /// A build began that takes its time.
    func began(_ trigger: String) async {
        announced = try? await announcements.beginDeploy(node: node, triggeredBy: trigger)
    }

    /// The environment kept a build from ending.
    func failed(_ diagnostic: Diagnostic, _ trigger: String, on store: ContentStore) async {
        guard announced != nil || diagnostic.message != lastFault else { return }
        lastFault = diagnostic.message
        await write(
            Deploy(node: node, status: .failed, error: diagnostic.message, triggeredBy: trigger),
            on: store)
    }

    /// A build ended; one that found nothing to do is not remembered.
    func ended(
        _ report: BuildReport, components: Int, milliseconds: Int, on store: ContentStore
    ) async {
        let errors = report.errors
        let fault = errors.first.map { first in
            "\(first)" + (errors.count > 1 ? " (and \(errors.count - 1) more)" : "")
        }
        var release: Int?
        if case .published(let number) = report.outcome { release = number }
        guard release != nil || announced != nil || (fault != nil && fault != lastFault) else {
            return
        }
        lastFault = fault
        let publishing = report.phases.last { $0.name == "publish" }.map { Int($0.milliseconds) }
        await write(
            Deploy(
                node: node, status: fault == nil ? .success : .failed, release: release,
                buildHash: report.buildHash, pages: report.rendered, components: components,
                buildMilliseconds: max(0, milliseconds - (publishing ?? 0)),
                deployMilliseconds: publishing ?? 0, error: fault,
                log: errors.isEmpty ? nil : errors.map { "\($0)" }.joined(separator: "\n"),
                triggeredBy: report.trigger),
            on: store)
    }

    private func write(_ deploy: Deploy, on store: ContentStore) async {
        if let announced {
            try? await store.finishDeploy(announced, as: deploy)
        } else {
            try? await store.recordDeploy(deploy)
        }
        announced = nil
    }
}
