import Core
import Publishing

extension SiteKeeper {
    /// Reports the warnings of the whole site when they differ from the last report, and records
    /// them in the ledger.
    func noteWarnings(of site: KnownSite, _ run: inout BuildRun) {
        switch run.report.outcome {
        case .published, .unchanged: break
        // The rendered pages are not published.
        case .refused, .held: return
        }
        site.warnings.setSite(
            site.siteFaults.filter { $0.severity == .warning }
                + site.look.diagnostics.filter { $0.severity == .warning })
        guard site.warnings.areOthers || !site.hasToldWarnings else { return }
        let changes = site.warnings.settle()
        // Warnings that cannot be recorded are reported by the next build that renders the page.
        try? folder.setWarnings(changes)
        site.hasToldWarnings = true
        var warnings = site.warnings.all
        SourceExcerpts(content: site.content, library: run.input.library).add(to: &warnings)
        run.report.warnings = warnings
        run.report.olderWarnings = site.warnings.older
        guard run.options.reportsFaultyFiles else { return }
        let keys = site.warnings.keys
        for record in site.records.values where keys.contains(record.key) {
            run.report.warnedFiles[record.key] = [record.file]
        }
    }
}
