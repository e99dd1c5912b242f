import Core
import FoundationEssentials
import Rendering
import SiteModel
import System

/// A row of the frame that pages cannot have as it is. They go on with what was published of it last;
/// a row that was never published is left out.
struct WrongFrameRow {
    /// As it was tried.
    var row: FrameBlock
    /// What is wrong with it, whatever page it was tried on.
    var faults: [Diagnostic]
    /// The page that it was tried on.
    var page: UUID
    /// The shared inputs that this page read, beside the frame.
    var inputs: [String: SHA256Digest]
    /// When conditions of that page give another answer, in milliseconds since 1970.
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

    /// Whether another page might be rendered with the row, or the same page once it is edited.
    var dependsOnPage: Bool { !faults.allSatisfy { Self.codes.contains($0.code) } }

    /// What is wrong with a row whatever page has it. What a component throws may depend on the page.
    static let codes: Set<Diagnostic.Code> = [
        .unknownZone, .unknownComponent, .unpublishedComponent, .badProps, .badConditions,
        .contentTooLarge, .badEncoding,
    ]

    /// Whether something that the page read is another by now.
    ///
    /// A component that no page has any more is not compared: its edits are noticed as such.
    func isOutdated(by inputs: [String: SHA256Digest]) -> Bool {
        self.inputs.contains { name, digest in
            inputs[name].map { $0 != digest } ?? !SharedInput.isComponent(name)
        }
    }
}
