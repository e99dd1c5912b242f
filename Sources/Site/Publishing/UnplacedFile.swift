import Core
import System

/// A file that the file system does not accept in a tree.
struct UnplacedFile: Error {
    var file: TreeFile
    var error: SystemError

    /// Explains the error in terms of the row that the file comes from, when that row must be
    /// changed.
    func explained(in release: Int, by ledger: LedgerConnection) throws -> any Error {
        guard error.isUnfitName else { return error }
        let page = try ledger.file(at: file.path, in: release)?.entry.page
        return Self.unfit(file.path, page: page, error)
    }

    static func unfit(_ path: String, page: String?, _ error: SystemError) -> Diagnostic {
        Diagnostic(
            page == nil ? .fileSystem : .badRoute,
            "the file system of the output folder cannot hold '\(path)': \(error.reason)",
            at: .init(page: page, field: page == nil ? nil : "page_route"),
            hint: "use a shorter or simpler address")
    }
}
