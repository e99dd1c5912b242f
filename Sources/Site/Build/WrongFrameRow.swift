import Core
import FoundationEssentials
import Rendering
import SiteModel
import System

/// A row of the frame that pages cannot use at present. They keep its last published version; a row
/// that was never published is omitted.
struct WrongFrameRow {
    /// The row as it was tried.
    var row: FrameBlock
    /// Its errors, whatever page it was tried on.
    var faults: [Diagnostic]
    /// The page that it was tried on.
    var page: UUID
    /// The shared inputs of that page, besides the frame.
    var inputs: [String: SHA256Digest]
    /// When the conditions of that page next change their result, in milliseconds since 1970.
    var due: Int?

    /// - Parameters:
    ///   - failure: of the page that was tried.
    ///   - inputs: those that the page was tried with.
    init(_ row: FrameBlock, _ failure: FailedPage, inputs: [String: SHA256Digest]) {
        self.row = row
        var told: Set<Diagnostic> = []
        faults = failure.diagnostics.filter { $0.location.frame == row.key }
            .map { fault in
                var fault = fault
                fault.location.page = nil
                return fault
            }
            .filter { told.insert($0).inserted }
        page = failure.id
        let names = failure.inputs + SharedInput.everyPage
        self.inputs = inputs.filter { names.contains($0.key) && !SharedInput.isFrame($0.key) }
        due = failure.due
    }

    /// Whether the row might work on another page, or on the same page after an edit.
    var dependsOnPage: Bool { !faults.allSatisfy { Self.codes.contains($0.code) } }

    /// Errors of a row that do not depend on the page. An exception of a component may depend on
    /// the page.
    static let codes: Set<Diagnostic.Code> = [
        .unknownZone, .unknownComponent, .unpublishedComponent, .badProps, .badConditions,
        .contentTooLarge, .badEncoding,
    ]

    /// Whether an input of the page has changed since.
    ///
    /// A component that no page uses any more is not compared: its edits are noticed directly.
    func isOutdated(by inputs: [String: SHA256Digest]) -> Bool {
        self.inputs.contains { name, digest in
            inputs[name].map { $0 != digest } ?? !SharedInput.isComponent(name)
        }
    }
}
