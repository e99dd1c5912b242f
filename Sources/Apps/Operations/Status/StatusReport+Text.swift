import Build
import Core

extension StatusReport {
    /// The most errors and warnings listed for a node; `--json` has all of them.
    private static let limit = 20

    /// The report for people, below the name of the node.
    public var lines: [String] {
        var lines = releaseLines + editLines + faultLines
        if let last = repairs.first {
            lines.append(
                "  repaired \(counted(repairs.count, "fault")) in the output folder, the last at "
                    + "\(last.at): \(last.path) \(last.problem)")
            lines.append("           the last 100 are kept; no action is needed")
        }
        if let failed = lastFailedDeploy {
            lines.append("  failed   last at \(failed.at): \(Self.line(failed.error))")
        }
        if let builder {
            lines.append(
                "  builder  \(builder.isRunning ? builder.holder : "none is running")")
        }
        if let lag {
            lines.append(
                "  lag      \(MeasureWords.duration(lag.median)) from edit to live, "
                    + "\(MeasureWords.duration(lag.worst)) at worst (median and maximum of "
                    + (lag.edits == 1 ? "one edit" : "\(lag.edits) edits")
                    + ", while a builder was running)")
        }
        return lines
    }

    private var releaseLines: [String] {
        var lines: [String] = []
        if let live {
            lines.append(
                "  live     release \(live.release), \(MeasureWords.age(live.ageMilliseconds)) old, "
                    + "\(counted(live.pages, "page")), \(MeasureWords.size(live.bytes)), "
                    + "by \(CauseWords.of(live.cause))")
        } else if let otherDatabase {
            lines.append("  error    \(otherDatabase.message)")
            if let hint = otherDatabase.hint { lines.append("           \(hint)") }
        } else {
            lines.append("  live     nothing; run: \(command("build"))")
        }
        if let home {
            let note = isAwayFromHome ? ": edits count as live there, not in this folder" : ""
            lines.append("  home     \(home)\(note)")
        }
        if let heldRelease {
            lines.append("  held     at release \(heldRelease); run: \(command("resume"))")
        }
        return lines
    }

    private var editLines: [String] {
        let oldest =
            oldestPendingMilliseconds.map { ", the oldest for \(MeasureWords.age($0))" } ?? ""
        let waits = waiting > 0 ? "; \(waiting) more wait for a build by hand" : ""
        let pending =
            "  pending  \(counted(pending, "edit"))\(pending > 0 ? oldest : "")\(waits)"
        return [pending]
            + waitingRows.map { row in
                let name = row.key.map { "\(Self.noun(row.kind)) '\($0)'" } ?? "every \(row.kind)"
                let automatic = row.automatic > 0 ? ", \(row.automatic) of them automatic" : ""
                return
                    "  waiting  \(name): \(counted(row.byHand + row.automatic, "edit"))\(automatic)"
            }
    }

    private var faultLines: [String] {
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
        let failing = list(found, as: "failing ") { fault in
            let first = fault.places.compactMap { since[$0.page] }.min()
            return first.map { " since \($0)" } ?? ""
        }
        return failing + list(warnings, as: "warning ") { _ in "" }
    }

    /// Returns a line for each error, with its pages.
    private func list(
        _ diagnostics: [Diagnostic], as label: String, since: (SharedFault) -> String
    ) -> [String] {
        let faults = SharedFault.all(in: diagnostics)
        var lines: [String] = []
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
            lines.append(
                "  \(label) \(names)\(field.isEmpty ? "" : "\(field): ")\(message)")
        }
        if faults.count > Self.limit {
            lines.append("           and \(faults.count - Self.limit) more; --json has all")
        }
        return lines
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
