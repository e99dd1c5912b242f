public import Core
public import Publishing
import SiteModel

/// A page that keeps its last good version, with the reason.
public struct FailureReport: Sendable, Encodable {
    /// The page's key.
    public var page: String
    /// When it first failed, as `2026-11-30T09:00:00.000Z`.
    public var since: String
    public var diagnostics: [Diagnostic]

    /// Reads the entries of a site's ledger, the oldest failure first. Pages that only wait are
    /// left out.
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
