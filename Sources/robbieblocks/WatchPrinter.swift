import CommandLineParsing
import Diagnostics
import FoundationEssentials
import Publishing
import SiteModel
import SitePipeline
import Synchronization
import SystemSupport

/// Shows what a watcher does: a line a release, and every fault once, when it comes.
final class WatchPrinter: Sendable {
    private let console: Console
    private let asJSON: Bool
    private let progress: ProgressReporter
    /// What was shown last, by node: it is not repeated with every build.
    private let shown = Mutex<[String: Shown]>([:])

    private struct Shown {
        var faults: [SharedFault] = []
        var isHeld = false
        /// What keeps builds from ending.
        var failure: Diagnostic?
    }

    init(console: Console, asJSON: Bool) {
        self.console = console
        self.asJSON = asJSON
        progress = ProgressReporter(
            terminal: console.errors, isSilent: asJSON,
            // Edits are live before a line could be read, and a log need not have every phase.
            delay: console.errors.isInteractive ? .seconds(1) : .seconds(10))
    }

    func show(_ event: WatchEvent) {
        if case .building(let node, let step) = event { return progress.show(step, of: node) }
        progress.clear()
        switch event {
        case .building: break
        case .built(let report): show(report)
        case .found(let nodes):
            shown.withLock { $0[""] = nil }
            for node in nodes { line("found", node, "watching") }
        case .standingBy(let node):
            line("standing-by", node, "another builder has this node; waiting")
        case .failed(let node, let diagnostic, let pause): show(diagnostic, of: node, pause)
        case .repaired(let node, let faults): show(faults, of: node)
        case .listening: line("listening", nil, "listening for changes")
        case .deaf(let diagnostic): line("deaf", nil, diagnostic.message)
        case .notReloaded(let diagnostic):
            line("not-reloaded", nil, "templates and branding stay as they were: \(diagnostic)")
        }
    }

    /// What is wrong beside the content.
    func show(_ faults: [Diagnostic]) {
        guard !faults.isEmpty else { return }
        progress.clear()
        let printer = DiagnosticPrinter(usesColor: console.errors.usesColor)
        console.errors.write(printer.text(for: faults))
    }

    private func show(_ repairs: [SiteFault], of node: String) {
        for text in RepairLines.of(repairs) { line("repaired", node, text) }
    }

    /// Of attempts that fail alike, a person is told of the first one.
    private func show(_ failure: Diagnostic, of node: String?, _ pause: Int) {
        let isNews = shown.withLock { shown in
            defer { shown[node ?? "", default: Shown()].failure = failure }
            return shown[node ?? ""]?.failure != failure
        }
        guard isNews || asJSON else { return }
        line("failed", node, "\(failure.message); trying again in \(pause) ms")
    }

    private func show(_ report: BuildReport) {
        show(report.repairs, of: report.node)
        if case .held(let release) = report.outcome { return showHeld(report, at: release) }
        let faults = SharedFault.all(in: report.errors)
        let last = shown.withLock { shown in
            defer { shown[report.node] = Shown(faults: faults) }
            return shown[report.node] ?? Shown()
        }
        if last.isHeld { line("resumed", report.node, "held no longer: edits are published again") }
        if last.failure != nil, !asJSON { line("recovered", report.node, "building again") }
        let isNews = faults != last.faults
        if isNews, !asJSON { show(faults, after: last.faults, report) }
        switch report.outcome {
        case .published(let number):
            let milliseconds = report.phases.reduce(0) { $0 + $1.milliseconds }
            let lag = report.lags.max().map { ", live after \(BuildPrinter.duration($0))" } ?? ""
            line(
                "published", report.node,
                "release \(number), \(report.rendered) rendered, "
                    + "\(report.removed) removed, \(report.trigger), "
                    + BuildPrinter.duration(milliseconds) + lag, report)
        case .refused:
            if isNews { line("refused", report.node, "nothing was published", report) }
        case .unchanged:
            if isNews, asJSON { line("unchanged", report.node, "", report) }
        case .held: break
        }
    }

    /// Shows the faults that were not there before, and counts those that are fixed.
    private func show(
        _ faults: [SharedFault], after last: [SharedFault], _ report: BuildReport
    ) {
        let before = Set(last.map(\.identity))
        let new = faults.filter { !before.contains($0.identity) }
        if !new.isEmpty {
            let printer = DiagnosticPrinter(usesColor: console.errors.usesColor)
            let warnings = report.diagnostics.filter { $0.severity == .warning }
            console.errors.write(printer.text(listing: new + SharedFault.all(in: warnings)))
        }
        let fixed = before.subtracting(faults.map(\.identity)).count
        guard fixed > 0 else { return }
        line(
            "fixed", report.node,
            faults.isEmpty
                ? "all errors fixed"
                : "\(fixed == 1 ? "1 error" : "\(fixed) errors") fixed, \(faults.count) left")
    }

    /// Nothing was looked at, so that what was known to be wrong stays known.
    private func showHeld(_ report: BuildReport, at release: Int) {
        let begins = shown.withLock { shown in
            defer { shown[report.node, default: Shown()].isHeld = true }
            return shown[report.node]?.isHeld != true
        }
        guard begins else { return }
        line(
            "held", report.node,
            "held at release \(release) since a rollback; "
                + "'robbieblocks resume --node \(report.node)' publishes edits again", report)
    }

    private struct Line: Encodable {
        var event: String
        var node: String?
        var at: String
        var message: String
        var release: Int?
        var rendered: Int?
        var pages: Int?
        var files: Int?
        var bytes: Int?
        var lagMilliseconds: Double?
        var phases: [BuildReport.Phase]?
        var diagnostics: [Diagnostic]?
    }

    private func line(
        _ event: String, _ node: String?, _ message: String, _ report: BuildReport? = nil
    ) {
        let time = isoTimestamp(milliseconds: wallClockMilliseconds())
        guard asJSON else {
            let clock = time.dropFirst(11).prefix(8)
            let name = node.map { console.output.styled($0, .bold) + "  " } ?? ""
            return console.output.writeLine("\(clock)  \(name)\(message)")
        }
        var release: Int?
        if case .published(let number)? = report?.outcome { release = number }
        let line = Line(
            event: event, node: node, at: time, message: message, release: release,
            rendered: report?.rendered, pages: report?.pages, files: report?.files,
            bytes: report?.bytes, lagMilliseconds: report?.lags.max(),
            phases: report?.phases,
            diagnostics: report?.diagnostics)
        // Strings, numbers and lists of them always encode.
        if let text = try? JSONText.of(line) { console.output.writeLine(text) }
    }
}
