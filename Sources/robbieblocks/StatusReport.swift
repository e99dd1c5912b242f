import CommandLineParsing
import ContentStore
import Diagnostics
import Publishing
import SiteModel
import SitePipeline

/// How one node stands, in the form that `--json` prints. Times are milliseconds.
struct StatusReport: Encodable {
    struct Live: Encodable {
        var release: Int
        var ageMilliseconds: Int
        var pages: Int
        var files: Int
        var bytes: Int
        var cause: String
        var buildHash: String
    }

    struct Builder: Encodable {
        var holder: String
        var generation: Int
        var isRunning: Bool
    }

    struct Lag: Encodable {
        var edits: Int
        var last: Double
        var median: Double
        var worst: Double
    }

    /// A row that waits for a build by hand, with all of its edits.
    struct Waiting: Encodable {
        var kind: String
        var key: String?
        var byHand: Int
        var automatic: Int
    }

    struct Failed: Encodable {
        var at: String
        var error: String
    }

    struct Repair: Encodable {
        var at: String
        var path: String
        var problem: String
        var remedy: SiteFault.Remedy
        var page: String?
    }

    var node: String
    var live: Live?
    /// The release that a rollback holds the node at.
    var heldRelease: Int?
    /// Edits that will be live by themselves, or would be without a hold or a fault.
    var pending: Int
    var oldestPendingMilliseconds: Int?
    /// Edits that wait for a build by hand, automatic ones of the same rows included.
    var waiting: Int
    /// The rows that they are of, the longest waiting first, 20 at most.
    var waitingRows: [Waiting]
    var failures: [FailureReport]
    var lastFailedDeploy: Failed?
    var builder: Builder?
    var lag: Lag?
    /// What was repaired in the output folder, newest first.
    var repairs: [Repair]

    init(
        node: String, live: Release?, hold: Hold?, failures: [FailureReport],
        repairs: [SiteRepair],
        database: NodeStatus
    ) {
        self.node = node
        self.live = live.map {
            Live(
                release: $0.number, ageMilliseconds: max(0, database.now - $0.createdAt),
                pages: $0.pages, files: $0.files, bytes: $0.bytes, cause: $0.cause,
                buildHash: "\($0.buildHash)")
        }
        heldRelease = hold?.release
        pending = database.pending
        oldestPendingMilliseconds = database.oldestPendingAge
        waiting = database.waiting
        waitingRows = database.waitingRows.map {
            Waiting(kind: $0.kind, key: $0.key, byHand: $0.byHand, automatic: $0.automatic)
        }
        self.failures = failures
        self.repairs = repairs.map {
            Repair(
                at: isoTimestamp(milliseconds: $0.at), path: $0.fault.path,
                problem: $0.fault.problem, remedy: $0.fault.remedy, page: $0.fault.page)
        }
        lastFailedDeploy = database.lastFailure.map {
            Failed(
                at: isoTimestamp(milliseconds: $0.completedAt ?? $0.startedAt),
                error: $0.deploy.error ?? "no reason was recorded")
        }
        builder = database.builder.map {
            Builder(holder: $0.holder, generation: $0.generation, isRunning: $0.isRunning)
        }
        lag = database.lag.map {
            Lag(edits: $0.count, last: $0.last, median: $0.median, worst: $0.worst)
        }
    }
}

extension StatusReport {
    func show(on output: Terminal) {
        output.writeLine(output.styled(node, .bold))
        if let live {
            output.writeLine(
                "  live     release \(live.release), \(Self.age(live.ageMilliseconds)) old, "
                    + "\(live.pages) pages, \(BuildPrinter.size(live.bytes)), \(live.cause)")
        } else {
            output.writeLine("  live     nothing; run: robbieblocks build --node \(node)")
        }
        if let heldRelease {
            output.writeLine(
                "  held     at release \(heldRelease); run: robbieblocks resume --node \(node)")
        }
        let oldest = oldestPendingMilliseconds.map { ", the oldest for \(Self.age($0))" } ?? ""
        let waits = waiting > 0 ? "; \(waiting) more wait for a build by hand" : ""
        output.writeLine("  pending  \(pending) edits\(pending > 0 ? oldest : "")\(waits)")
        for row in waitingRows {
            let name = row.key.map { "\(Self.noun(row.kind)) '\($0)'" } ?? "every \(row.kind)"
            let count = row.byHand + row.automatic
            let automatic = row.automatic > 0 ? ", \(row.automatic) of them automatic" : ""
            output.writeLine(
                "  waiting  \(name): \(count) \(count == 1 ? "edit" : "edits")\(automatic)")
        }
        for failure in failures {
            output.writeLine(
                "  failing  \(failure.page) since \(failure.since): "
                    + (failure.diagnostics.first.map { Self.line("\($0)") } ?? ""))
        }
        if let last = repairs.first {
            output.writeLine(
                "  repaired \(repairs.count) faults in the output folder, the last at \(last.at): "
                    + "\(last.path) \(last.problem)")
        }
        if let failed = lastFailedDeploy {
            output.writeLine("  failed   last at \(failed.at): \(Self.line(failed.error))")
        }
        if let builder {
            output.writeLine(
                "  builder  \(builder.isRunning ? builder.holder : "none is running")")
        }
        if let lag {
            output.writeLine(
                "  lag      \(BuildPrinter.duration(lag.median)) from edit to live, "
                    + "\(BuildPrinter.duration(lag.worst)) at worst, last \(lag.edits) edits")
        }
    }

    private static func noun(_ kind: String) -> String {
        switch kind {
        case "style_token": "token"
        case "node_branding": "node"
        case "frame_block": "frame block"
        default: kind
        }
    }

    /// The first line: the hint stands in `--json`.
    private static func line(_ text: String) -> Substring {
        Substring(text.utf8.prefix { $0 != UInt8(ascii: "\n") })
    }

    private static func age(_ milliseconds: Int) -> String {
        let seconds = milliseconds / 1000
        switch seconds {
        case ..<120: return "\(seconds) s"
        case ..<7200: return "\(seconds / 60) min"
        case ..<172_800: return "\(seconds / 3600) h"
        default: return "\(seconds / 86400) days"
        }
    }
}
