import Core
import FoundationEssentials
import Publishing
import SiteModel

/// A page that could not be rendered: it is tried again when one of its inputs changes.
struct FailedPage: Sendable, Codable {
    /// The page's key.
    var page: String
    var id: UUID
    /// The version of the rows that it was tried with.
    var version: Int64
    /// The names of the shared inputs that it reads.
    var inputs: [String]
    /// When its conditions next change their result, in milliseconds since 1970.
    var due: Int?
    /// When it first failed, in milliseconds since 1970.
    var since: Int
    var diagnostics: [Diagnostic]
    /// Whether its route or layout is wrong, which edits of other rows may fix.
    var lacksPlace: Bool?

    /// The form recorded in a site's ledger.
    var entry: PageFailure {
        // Strings, numbers and lists of them always encode.
        let text = (try? JSONEncoder().encode(self)) ?? Data()
        return PageFailure(
            page: id.uuidString, fingerprint: nil, since: since,
            diagnostics: String(decoding: text, as: UTF8.self))
    }

    /// Reads the entries of a ledger; a page recorded by an older program in another form is tried
    /// again.
    static func all(in entries: [PageFailure]) -> [UUID: FailedPage] {
        var failures: [UUID: FailedPage] = [:]
        for entry in entries {
            let data = Data(entry.diagnostics.utf8)
            guard let page = try? JSONDecoder().decode(FailedPage.self, from: data) else {
                continue
            }
            failures[page.id] = page
        }
        return failures
    }
}
