import Diagnostics
import LivePreview
import SitePipeline

/// What is wrong while `dev` runs. A fault goes when its own place is in order again: a build that
/// finds nothing wrong with the rows says nothing about a file that could not be read.
struct DevFaults {
    /// Of templates or branding, when they were read last.
    private var files: [Diagnostic] = []
    /// Of the last build that looked at the rows.
    private var rows: [Diagnostic] = []
    /// What keeps builds from ending.
    private var environment: [Diagnostic] = []

    /// What the browsers are to show.
    var preview: PreviewEvent {
        let all = files + environment + rows
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
            rows = report.errors
        case .failed(_, let diagnostic, _): environment = [diagnostic]
        case .notReloaded(let diagnostic): files = [diagnostic]
        case .found, .repaired, .standingBy, .listening, .deaf: break
        }
    }
}
