import Build
import CommandLine
import Core
import Operations
import Publishing
import Synchronization

/// Shows the progress and results of builds.
final class BuildPrinter: Sendable {
    private let console: Console
    private let asJSON: Bool
    private let reports = Mutex<[BuildReport]>([])
    /// The errors that prevent nodes from being built at all.
    private let faults = Mutex<[Diagnostic]>([])
    /// The errors shown so far, each with the first node that had it.
    private let shown = Mutex<[Diagnostic: String]>([:])

    init(console: Console, asJSON: Bool) {
        self.console = console
        self.asJSON = asJSON
    }

    /// Builds one node and shows its progress, then the result.
    func report(_ options: BuildOptions, from builder: SiteBuilder) async throws {
        let progress = ProgressReporter(terminal: console.errors, isSilent: asJSON)
        defer { progress.clear() }
        let report = try await builder.build(options) { progress.show($0, of: options.node) }
        progress.clear()
        reports.withLock { $0.append(report) }
        if !asJSON { show(report, in: options.output) }
    }

    /// Shows why a node is not built; other nodes still are.
    func report(_ fault: Diagnostic) {
        faults.withLock { $0.append(fault) }
        let printer = DiagnosticPrinter(usesColor: console.errors.usesColor)
        console.errors.write(printer.text(for: [fault]))
    }

    /// - Returns: the exit code of the process.
    func finish() -> ExitCode {
        let reports = reports.withLock { $0 }
        let hasFaults = faults.withLock { !$0.isEmpty }
        // Strings, numbers and lists of them can always be encoded.
        if asJSON { try? console.output.write(json: reports.map(NodeReport.init)) }
        // A held site was not published, even when it has no errors.
        if let fault = reports.compactMap(\.unacknowledged).first { return fault.code.exitCode }
        let isHeld = reports.contains { if case .held = $0.outcome { true } else { false } }
        if hasFaults || reports.contains(where: { !$0.errors.isEmpty }) { return .content }
        return isHeld ? .environment : .success
    }

    /// Shows the errors; those that an earlier node also has are only counted.
    private func showFaults(of report: BuildReport) {
        let found = SharedFault.all(in: report.diagnostics)
        var (new, known, first) = ([SharedFault](), [SharedFault](), "")
        shown.withLock { shown in
            for fault in found {
                if let node = shown[fault.identity], node != report.node {
                    if known.isEmpty { first = node }
                    known.append(fault)
                } else {
                    shown[fault.identity] = report.node
                    new.append(fault)
                }
            }
        }
        let printer = DiagnosticPrinter(usesColor: console.errors.usesColor)
        console.errors.write(printer.text(listing: new))
        guard !known.isEmpty else { return }
        console.errors.writeLine(
            "\(report.node): \(printer.summary(of: known.map(\.diagnostic))) as on \(first)")
    }

    private func show(_ report: BuildReport, in folder: String) {
        showFaults(of: report)
        let output = console.output
        let name = output.styled(report.node, .bold)
        for line in RepairLines.of(report.repairs) { output.writeLine("\(name): \(line)") }
        switch report.outcome {
        case .refused:
            output.writeLine("\(name): nothing was published; the last good site is unchanged")
            return
        case .held(let number):
            output.writeLine("\(name): held at release \(number) since a rollback")
            output.writeLine(
                "  to publish edits again, run: "
                    + commandLine("resume", node: report.node, output: folder))
            return
        case .unchanged(let number):
            output.writeLine("\(name): nothing has changed since release \(number)")
            output.writeLine(
                "  \(counted(report.pages, "page")), \(counted(report.files, "file")), "
                    + MeasureWords.size(report.bytes))
        case .published(let number):
            output.writeLine(
                "\(name): release \(number), \(report.rendered) of "
                    + "\(counted(report.pages, "page")) rendered, "
                    + "\(counted(report.files, "file")), \(MeasureWords.size(report.bytes))")
        }
        if report.kept + report.failed > 0 {
            let kept =
                report.kept == 1
                ? "1 failed page keeps its last good version"
                : "\(report.kept) failed pages keep their last good version"
            let missing =
                report.failed == 1
                ? "1 has none and is missing" : "\(report.failed) have none and are missing"
            output.writeLine("  \(kept), \(missing)")
        }
        if report.olderWarnings > 0 {
            output.writeLine(
                "  \(counted(report.olderWarnings, "warning")) about pages that were not rendered; "
                    + "to list them, run: "
                    + commandLine("status", node: report.node, output: folder))
        }
        let phases = report.phases.map { "\($0.name) \(MeasureWords.duration($0.milliseconds))" }
        output.writeLine("  " + phases.joined(separator: ", "))
        if let fault = report.unacknowledged {
            let printer = DiagnosticPrinter(usesColor: console.errors.usesColor)
            console.errors.write(printer.text(for: [fault]))
            output.writeLine(
                "  the edits stay pending until the next build says that they are live")
        }
        output.writeLine("  \(folder)/\(report.node)/current")
    }

    private struct NodeReport: Encodable {
        var node: String
        var outcome: String
        var release: Int?
        var pages: Int
        var rendered: Int
        var reused: Int
        var removed: Int
        var kept: Int
        var failed: Int
        var files: Int
        var bytes: Int
        var buildHash: String
        var phases: [BuildReport.Phase]
        var repairs: [FolderFault]
        var diagnostics: [Diagnostic]
        var unacknowledged: Diagnostic?

        init(_ report: BuildReport) {
            (outcome, release) =
                switch report.outcome {
                case .published(let number): ("published", number)
                case .unchanged(let number): ("unchanged", number)
                case .refused: ("refused", nil)
                case .held(let number): ("held", number)
                }
            node = report.node
            (pages, rendered, reused) = (report.pages, report.rendered, report.reused)
            (removed, kept, failed) = (report.removed, report.kept, report.failed)
            (files, bytes, buildHash) = (report.files, report.bytes, report.buildHash)
            (phases, repairs) = (report.phases, report.repairs)
            (diagnostics, unacknowledged) = (report.diagnostics, report.unacknowledged)
        }
    }
}

extension ProgressReporter {
    /// Shows the progress of a node's build.
    func show(_ step: BuildProgress, of node: String) {
        switch step {
        case .reading: update("\(node): reading")
        case .bundling: update("\(node): bundling")
        case .rendering(let done, let total):
            update("\(node): rendering", done: done, total: total)
        case .publishing: update("\(node): publishing")
        }
    }
}
