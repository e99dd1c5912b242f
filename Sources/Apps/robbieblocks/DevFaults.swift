import Build
import Core
import Operations

/// The current errors of `dev`. An error is removed when its own source is in order again: a build
/// without errors in the rows says nothing about a file that could not be read.
struct DevFaults {
    /// Errors of templates or branding from the last reload.
    private(set) var files: [Diagnostic] = []
    /// Errors of the last build that checked the rows.
    private var rows: [PreviewFault] = []
    /// Warnings of the last build that reported them.
    private var warnings: [PreviewFault] = []
    /// Errors that prevent builds from finishing.
    private var environment: [Diagnostic] = []

    /// The event for the browsers to show.
    var preview: PreviewEvent {
        let all = (files + environment).map { PreviewFault($0) } + rows + warnings
        return all.isEmpty ? .fixed : .failed(all)
    }

    /// Records that templates and branding were read; the next build reports errors in them.
    mutating func reloaded() { files = [] }

    mutating func apply(_ event: WatchEvent) {
        switch event {
        case .built(let report):
            environment = []
            // At a held node nothing was checked.
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

    /// Returns the files of the pages with the error; nil when it affects every page, as an error
    /// in a token does.
    private static func files(of fault: SharedFault, _ report: BuildReport) -> Set<String>? {
        guard fault.places.isEmpty else {
            return fault.places.reduce(into: []) { files, place in
                files.formUnion(report.faultyFiles[place.page] ?? [])
            }
        }
        let location = fault.diagnostic.location
        // A frame row has the error itself; the report has the pages that would have the row.
        if location.frame != nil {
            return report.faultyFiles.values.reduce(into: []) { $0.formUnion($1) }
        }
        let isUnused =
            location.component != nil
            || location.field?.hasUTF8Prefix("templates/layouts/") == true
        return isUnused ? [] : nil
    }
}
