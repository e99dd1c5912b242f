import Build
public import Content
public import Core
public import Publishing

/// The state of one node in the form of `--json`. Times are milliseconds.
public struct StatusReport: Encodable {
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

    /// A row that waits for a manual build, with all of its edits.
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
        var remedy: FolderFault.Remedy
        var page: String?
    }

    public var node: String
    var live: Live?
    /// The release at which a rollback holds the node.
    var heldRelease: Int?
    /// The number of edits that will be published automatically, or would be without a hold or an
    /// error.
    var pending: Int
    var oldestPendingMilliseconds: Int?
    /// The number of edits that wait for a manual build, including automatic ones of the same rows.
    var waiting: Int
    /// The rows of these edits, the longest waiting first, 20 at most.
    var waitingRows: [Waiting]
    var failures: [FailureReport]
    var lastFailedDeploy: Failed?
    var builder: Builder?
    var lag: Lag?
    /// The repairs in the output folder, newest first.
    var repairs: [Repair]
    /// The warnings about the live pages.
    var warnings: [Diagnostic]
    /// The folder in which edits are acknowledged, as `host:/path`; nil before the first release.
    var home: String?
    /// Why nothing is reported about the folder: it has the site of another database.
    var otherDatabase: Diagnostic?
    private var folder: Folder

    /// The folder that the report describes.
    private struct Folder {
        /// The folder that holds a folder for each node.
        var output: String
        /// The location of the node's own folder, in the form of `home`; nil when there is none.
        var location: String?
    }

    private enum CodingKeys: String, CodingKey {
        case node, live, heldRelease, pending, oldestPendingMilliseconds, waiting, waitingRows
        case failures, lastFailedDeploy, builder, lag, repairs, warnings, home, otherDatabase
    }

    /// - Parameter site: the built site; nil when there is none.
    public init(
        node: String, output: String, site: SiteFolder?, otherDatabase: Diagnostic?,
        database: NodeStatus
    ) throws {
        self.node = node
        self.otherDatabase = otherDatabase
        folder = Folder(output: output, location: site?.location)
        home = database.home
        let site = otherDatabase == nil ? site : nil
        let live = try site?.currentRelease()
        let hold = try site?.hold()
        let repairs = try site?.repairs() ?? []
        failures = FailureReport.all(of: try site?.failures() ?? [])
        warnings = try site?.remainingWarnings() ?? []
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
    /// The exit code of the command: a failure, or a folder with another site.
    public var exitCode: ExitCode {
        if otherDatabase != nil { return .environment }
        return failures.isEmpty && lastFailedDeploy == nil ? .success : .content
    }

    /// Returns a command for the same node and folder.
    func command(_ name: String) -> String {
        commandLine(name, node: node, output: folder.output)
    }

    /// Whether edits are acknowledged in another folder than this one.
    var isAwayFromHome: Bool {
        guard let home else { return false }
        return home != folder.location
    }
}
