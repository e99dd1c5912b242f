import FoundationEssentials
import System

/// The pages that a build has tried, and their inputs.
struct TriedPages {
    private(set) var pages: [UUID: BuildWork.DirtyPage] = [:]
    /// Page id → index into `inputs`, because many pages are tried at a time.
    private var steps: [UUID: Int] = [:]
    private var inputs: [[String: SHA256Digest]] = []

    /// - Parameters:
    ///   - ids: of the pages, in their order.
    ///   - inputs: the shared inputs that they are tried with.
    mutating func note(
        _ pages: [BuildWork.DirtyPage], _ ids: [UUID], inputs: [String: SHA256Digest]
    ) {
        for (id, page) in zip(ids, pages) {
            self.pages[id] = page
            steps[id] = self.inputs.count
        }
        self.inputs.append(inputs)
    }

    /// Returns the shared inputs of the page's last trial; nil when it was not tried.
    func inputs(of id: UUID) -> [String: SHA256Digest]? { steps[id].map { inputs[$0] } }
}
