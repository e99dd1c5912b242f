import CommandLineParsing
import Diagnostics
import FoundationEssentials
import Publishing
import SiteModel
import SitePipeline
import Synchronization
import SystemSupport

/// Shows what a watcher does: a line a release, and faults when they come and go.
final class WatchPrinter: Sendable {
    private let console: Console
    private let asJSON: Bool
    /// What was shown last, by node: it is not repeated with every build.
    private let shown = Mutex<[String: Shown]>([:])

    private struct Shown {
        var faults: [Diagnostic] = []
        var isHeld = false
    }

    init(console: Console, asJSON: Bool) {
        self.console = console
        self.asJSON = asJSON
    }

    func show(_ event: WatchEvent) {
        switch event {
        case .built(let report): show(report)
        case .found(let nodes):
            for node in nodes { line("found", node, "watching") }
        case .standingBy(let node):
            line("standing-by", node, "another builder has this node; waiting")
        case .failed(let node, let diagnostic, let pause):
            line("failed", node, "\(diagnostic.message); trying again in \(pause) ms")
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
        let printer = DiagnosticPrinter(usesColor: console.errors.usesColor)
        console.errors.write(printer.text(for: faults))
    }

    private func show(_ repairs: [SiteFault], of node: String) {
        for text in RepairLines.of(repairs) { line("repaired", node, text) }
    }

    private func show(_ report: BuildReport) {
        show(report.repairs, of: report.node)
        if case .held(let release) = report.outcome { return showHeld(report, at: release) }
        let (isNews, wasHeld) = shown.withLock { shown in
            let last = shown[report.node] ?? Shown()
            shown[report.node] = Shown(faults: report.errors)
            return (report.errors != last.faults, last.isHeld)
        }
        if wasHeld { line("resumed", report.node, "held no longer: edits are published again") }
        if isNews, !asJSON {
            let printer = DiagnosticPrinter(usesColor: console.errors.usesColor)
            if report.errors.isEmpty {
                line("mended", report.node, "all errors fixed")
            } else {
                console.errors.write(printer.text(for: report.diagnostics))
            }
        }
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
            rendered: report?.rendered, lagMilliseconds: report?.lags.max(),
            phases: report?.phases,
            diagnostics: report?.diagnostics)
        // Strings, numbers and lists of them always encode.
        if let text = try? JSONText.of(line) { console.output.writeLine(text) }
    }
}
