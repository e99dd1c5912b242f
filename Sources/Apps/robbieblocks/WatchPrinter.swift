import Build
import CommandLine
import Core
import FoundationEssentials
import Operations
import Publishing
import SiteModel
import Synchronization
import System

/// Prints a watcher's work: one line per release, and every error once, when it appears.
final class WatchPrinter: Sendable {
    private let console: Console
    private let asJSON: Bool
    /// The folder that holds a folder for each node, used in printed commands.
    private let output: String
    private let progress: ProgressReporter
    /// The errors shown last, by node, so that they are not repeated with every build.
    private let shown = Mutex<[String: WatchedFaults]>([:])

    init(console: Console, asJSON: Bool, output: String) {
        self.console = console
        self.asJSON = asJSON
        self.output = output
        progress = ProgressReporter(
            terminal: console.errors, isSilent: asJSON,
            // Edits are live before a line could be read, and a log does not need every phase.
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
        case .standingBy(let node, let holder):
            let who = holder.map { " (\($0))" } ?? ""
            line("standing-by", node, "another builder has this node\(who); waiting until it ends")
        case .tookHome(let node, let former, let home):
            line(
                "took-home", node,
                "\(home) is the node's home from now on: edits count as live once they are "
                    + "published there, and no longer in \(former)")
        case .failed(let node, let diagnostic, let pause): show(diagnostic, of: node, pause)
        case .repaired(let node, let faults): show(faults, of: node)
        case .listening: line("listening", nil, "listening for changes")
        case .deaf(let diagnostic): line("deaf", nil, diagnostic.message)
        case .notReloaded(let diagnostic):
            shown.withLock { $0["", default: WatchedFaults()].isNotReloaded = true }
            line("not-reloaded", nil, "templates and branding are unchanged: \(diagnostic)")
        case .reloaded:
            let wasWrong = shown.withLock { shown in
                defer { shown["", default: WatchedFaults()].isNotReloaded = false }
                return shown[""]?.isNotReloaded == true
            }
            if wasWrong { line("reloaded", nil, "templates and branding were reloaded") }
        }
    }

    /// Shows errors that are not in the content.
    func show(_ faults: [Diagnostic]) {
        guard !faults.isEmpty else { return }
        progress.clear()
        let printer = DiagnosticPrinter(usesColor: console.errors.usesColor)
        console.errors.write(printer.text(for: faults))
    }

    private func show(_ repairs: [FolderFault], of node: String) {
        for text in RepairLines.of(repairs) { line("repaired", node, text) }
    }

    /// When attempts fail in the same way, only the first failure is shown.
    private func show(_ failure: Diagnostic, of node: String?, _ pause: Int) {
        let isNews = shown.withLock { shown in
            defer { shown[node ?? "", default: WatchedFaults()].failure = failure }
            return shown[node ?? ""]?.failure != failure
        }
        guard isNews || asJSON else { return }
        let wait = MeasureWords.duration(Double(pause))
        line("failed", node, "\(failure.message); trying again in \(wait)", hint: failure.hint)
    }

    private func show(_ report: BuildReport) {
        show(report.repairs, of: report.node)
        if case .held(let release) = report.outcome { return showHeld(report, at: release) }
        let news = shown.withLock { WatchedFaults.take(report, &$0) }
        if news.wasHeld {
            line("resumed", report.node, "no longer held: edits are published again")
        }
        if news.hadFailed, !asJSON { line("recovered", report.node, "building again") }
        if !asJSON { show(news, of: report.node) }
        switch report.outcome {
        case .published(let number):
            let milliseconds = report.phases.reduce(0) { $0 + $1.milliseconds }
            let lag = report.lags.max().map { ", live after \(MeasureWords.duration($0))" } ?? ""
            line(
                "published", report.node,
                "release \(number), \(report.rendered) rendered, "
                    + "\(report.removed) removed, \(report.trigger), "
                    + MeasureWords.duration(milliseconds) + lag, report)
        case .refused:
            if news.hasOtherErrors { line("refused", report.node, "nothing was published", report) }
        case .unchanged:
            if news.hasOtherErrors, asJSON { line("unchanged", report.node, "", report) }
        case .held: break
        }
    }

    /// Counts the fixed errors, then shows the new ones.
    private func show(_ news: WatchedFaults.News, of node: String) {
        if news.fixed > 0 {
            let left = news.left > 0 ? ", \(news.left) left" : ""
            line(
                "fixed", node,
                news.isSound
                    ? "all errors fixed" : "\(counted(news.fixed, "error")) fixed\(left)")
        }
        let printer = DiagnosticPrinter(usesColor: console.errors.usesColor)
        if !news.new.isEmpty {
            // On the same stream as the following lines.
            console.errors.writeLine("\(clock())  \(console.errors.styled(node, .bold))")
            console.errors.write(printer.text(listing: news.new))
        }
        if let other = news.other, !news.known.isEmpty {
            let count = printer.summary(of: news.known.map(\.diagnostic))
            let also = news.new.isEmpty ? "" : "and "
            console.errors.writeLine(
                "\(clock())  \(console.errors.styled(node, .bold))  \(also)\(count) as on \(other)")
        }
    }

    /// Shows that the node is held. Nothing was checked, so the known errors remain.
    private func showHeld(_ report: BuildReport, at release: Int) {
        let begins = shown.withLock { shown in
            defer { shown[report.node, default: WatchedFaults()].isHeld = true }
            return shown[report.node]?.isHeld != true
        }
        guard begins else { return }
        let resume = commandLine("resume", node: report.node, output: output)
        line(
            "held", report.node,
            "held at release \(release) since a rollback; to publish edits again, run: \(resume)",
            report)
    }

    private struct Line: Encodable {
        var event: String
        var node: String?
        var at: String
        var message: String
        var hint: String?
        var release: Int?
        var rendered: Int?
        var pages: Int?
        var files: Int?
        var bytes: Int?
        var lagMilliseconds: Double?
        var phases: [BuildReport.Phase]?
        var diagnostics: [Diagnostic]?
    }

    /// Returns the time of day in UTC.
    private func clock() -> Substring {
        isoTimestamp(milliseconds: wallClockMilliseconds()).dropFirst(11).prefix(8)
    }

    private func line(
        _ event: String, _ node: String?, _ message: String, _ report: BuildReport? = nil,
        hint: String? = nil
    ) {
        guard asJSON else {
            let name = node.map { console.output.styled($0, .bold) + "  " } ?? ""
            console.output.writeLine("\(clock())  \(name)\(message)")
            if let hint { console.output.writeLine("          hint: \(hint)") }
            return
        }
        var release: Int?
        if case .published(let number)? = report?.outcome { release = number }
        let line = Line(
            event: event, node: node, at: isoTimestamp(milliseconds: wallClockMilliseconds()),
            message: message, hint: hint, release: release, rendered: report?.rendered,
            pages: report?.pages, files: report?.files, bytes: report?.bytes,
            lagMilliseconds: report?.lags.max(), phases: report?.phases,
            diagnostics: report?.diagnostics)
        // Strings, numbers and lists of them can always be encoded.
        try? console.output.write(json: line)
    }
}
