import Build
import Core
import Operations

/// What is wrong while `dev` runs. A fault goes when its own place is in order again: a build that
/// finds nothing wrong with the rows says nothing about a file that could not be read.
struct DevFaults {
    /// Of templates or branding, when they were read last.
    private(set) var files: [Diagnostic] = []
    /// Of the last build that looked at the rows.
    private var rows: [PreviewFault] = []
    /// Warnings, of the last build that told them.
    private var warnings: [PreviewFault] = []
    /// What keeps builds from ending.
    private var environment: [Diagnostic] = []

    /// What the browsers are to show.
    var preview: PreviewEvent {
        let all = (files + environment).map { PreviewFault($0) } + rows + warnings
        return all.isEmpty ? .mended : .failed(all)
    }

    /// Templates and branding were read; the build that follows tells what is wrong in them.
    mutating func reloaded() { files = [] }

    mutating func apply(_ event: WatchEvent) {
        switch event {
        case .built(let report):
            environment = []
            // At a node that is held nothing was looked at.
            if case .held = report.outcome { return }
            rows = SharedFault.all(in: report.errors).map {
                PreviewFault($0, files: Self.files(of: $0, report))
            }
            guard let found = report.warnings else { return }
            warnings = SharedFault.all(in: found).map { warning in
                let files = warning.places.reduce(into: Set<String>()) { files, place in
                    files.formUnion(report.warnedFiles[place.page] ?? [])
                }
                return PreviewFault(warning, files: warning.places.isEmpty ? nil : files)
            }
        case .failed(_, let diagnostic, _): environment = [diagnostic]
        case .notReloaded(let diagnostic): files = [diagnostic]
        case .building, .found, .reloaded, .repaired, .standingBy, .tookHome, .listening, .deaf:
            break
        }
    }

    /// The files of the pages that have the fault; nil when every page is concerned, as by a token.
    private static func files(of fault: SharedFault, _ report: BuildReport) -> Set<String>? {
        guard fault.places.isEmpty else {
            return fault.places.reduce(into: []) { files, place in
                files.formUnion(report.faultyFiles[place.page] ?? [])
            }
        }
        let location = fault.diagnostic.location
        // A row of the frame is wrong in itself: the report has the pages that would have it.
        if location.frame != nil {
            return report.faultyFiles.values.reduce(into: []) { $0.formUnion($1) }
        }
        let isUnused =
            location.component != nil
            || location.field?.hasUTF8Prefix("templates/layouts/") == true
        return isUnused ? [] : nil
    }
}
