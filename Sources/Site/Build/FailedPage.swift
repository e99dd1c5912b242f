import Core
import FoundationEssentials
import Publishing
import SiteModel

/// A page that could not be rendered: it is tried again when something that it reads changes.
struct FailedPage: Sendable, Codable {
    /// The page's key.
    var page: String
    var id: UUID
    /// Of the rows that it was tried with.
    var version: Int64
    /// The names of the shared inputs that it reads.
    var inputs: [String]
    /// When its conditions give another answer, in milliseconds since 1970.
    var due: Int?
    /// When it failed first, in milliseconds since 1970.
    var since: Int
    var diagnostics: [Diagnostic]
    /// Its route or layout is at fault, which edits of other rows may mend.
    var lacksPlace: Bool?

    /// In the form that a site's ledger keeps.
    var entry: PageFailure {
        // Strings, numbers and lists of them always encode.
        let text = (try? JSONEncoder().encode(self)) ?? Data()
        return PageFailure(
            page: id.uuidString, fingerprint: nil, since: since,
            diagnostics: String(decoding: text, as: UTF8.self))
    }

    /// Reads what a ledger kept; what an older program wrote in another form is tried again.
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
