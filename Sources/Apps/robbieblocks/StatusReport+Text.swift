import Build
import CommandLine
import Core

extension StatusReport {
    /// The most errors and warnings listed for a node; `--json` has all of them.
    private static let limit = 20

    func show(on output: Terminal) {
        output.writeLine(output.styled(node, .bold))
        showRelease(on: output)
        showEdits(on: output)
        showFaults(on: output)
        if let last = repairs.first {
            output.writeLine(
                "  repaired \(counted(repairs.count, "fault")) in the output folder, the last at "
                    + "\(last.at): \(last.path) \(last.problem)")
            output.writeLine("           the last 100 are kept; no action is needed")
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
                    + "\(BuildPrinter.duration(lag.worst)) at worst (median and maximum of "
                    + (lag.edits == 1 ? "one edit" : "\(lag.edits) edits")
                    + ", while a builder was running)")
        }
    }

    private func showRelease(on output: Terminal) {
        if let live {
            output.writeLine(
                "  live     release \(live.release), \(Self.age(live.ageMilliseconds)) old, "
                    + "\(counted(live.pages, "page")), \(BuildPrinter.size(live.bytes)), "
                    + "by \(CauseWords.of(live.cause))")
        } else if let otherDatabase {
            output.writeLine("  error    \(otherDatabase.message)")
            if let hint = otherDatabase.hint { output.writeLine("           \(hint)") }
        } else {
            output.writeLine("  live     nothing; run: \(command("build"))")
        }
        if let home {
            let note = isAwayFromHome ? ": edits count as live there, not in this folder" : ""
            output.writeLine("  home     \(home)\(note)")
        }
        if let heldRelease {
            output.writeLine("  held     at release \(heldRelease); run: \(command("resume"))")
        }
    }

    private func showEdits(on output: Terminal) {
        let oldest = oldestPendingMilliseconds.map { ", the oldest for \(Self.age($0))" } ?? ""
        let waits = waiting > 0 ? "; \(waiting) more wait for a build by hand" : ""
        output.writeLine(
            "  pending  \(counted(pending, "edit"))\(pending > 0 ? oldest : "")\(waits)")
        for row in waitingRows {
            let name = row.key.map { "\(Self.noun(row.kind)) '\($0)'" } ?? "every \(row.kind)"
            let automatic = row.automatic > 0 ? ", \(row.automatic) of them automatic" : ""
            output.writeLine(
                "  waiting  \(name): \(counted(row.byHand + row.automatic, "edit"))\(automatic)")
        }
    }

    private func showFaults(on output: Terminal) {
        var since: [String: String] = [:]
        var found: [Diagnostic] = []
        for failure in failures {
            since[failure.page] = failure.since
            // An error in a row shared by several pages does not name them.
            found += failure.diagnostics.map { diagnostic in
                var diagnostic = diagnostic
                diagnostic.location.page = failure.page
                return diagnostic
            }
        }
        list(found, as: "failing ", on: output) { fault in
            let first = fault.places.compactMap { since[$0.page] }.min()
            return first.map { " since \($0)" } ?? ""
        }
        list(warnings, as: "warning ", on: output) { _ in "" }
    }

    /// Adds a line for each error, with its pages.
    private func list(
        _ diagnostics: [Diagnostic], as label: String, on output: Terminal,
        since: (SharedFault) -> String
    ) {
        let faults = SharedFault.all(in: diagnostics)
        for fault in faults.prefix(Self.limit) {
            let pages = fault.places.map(\.page)
            var names = pages.prefix(3).joined(separator: ", ")
            if pages.count > 3 { names += " and \(pages.count - 3) more" }
            if pages.count > 1 { names = "\(pages.count) pages (\(names))" }
            if !names.isEmpty { names += since(fault) + ": " }
            var place = fault.diagnostic.location
            (place.node, place.page) = (nil, nil)
            let field = place.description
            let message = Self.line(fault.diagnostic.message)
            output.writeLine(
                "  \(label) \(names)\(field.isEmpty ? "" : "\(field): ")\(message)")
        }
        if faults.count > Self.limit {
            output.writeLine("           and \(faults.count - Self.limit) more; --json has all")
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

    /// Returns only the first line; the hint is in `--json`.
    private static func line(_ text: String) -> Substring {
        Substring(text.utf8.prefix { $0 != UInt8(ascii: "\n") })
    }
}
