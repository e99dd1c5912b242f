public import Core
public import Publishing
import SiteModel

/// A page that keeps its last good version, and why.
public struct FailureReport: Sendable, Encodable {
    /// Its key.
    public var page: String
    /// When it failed first, as `2026-11-30T09:00:00.000Z`.
    public var since: String
    public var diagnostics: [Diagnostic]

    /// Reads what a site's ledger keeps, longest first. Of pages that only wait there is nothing to say.
    public static func all(of entries: [PageFailure]) -> [FailureReport] {
        FailedPage.all(in: entries).values.filter { !$0.diagnostics.isEmpty }
            .sorted { ($0.since, $0.page) < ($1.since, $1.page) }
            .map {
                FailureReport(
                    page: $0.page, since: isoTimestamp(milliseconds: $0.since),
                    diagnostics: $0.diagnostics)
            }
    }
}
