import Core
import System

/// A required part of a site folder is missing or unreadable: a repair recreates it.
struct DamagedFolder: DiagnosedError {
    var message: String
    var path: String
    /// The object whose bytes exist nowhere in the folder.
    var lost: SHA256Digest?
    /// Whether a later version of the program wrote the folder.
    var isNewer = false

    var diagnostic: Diagnostic {
        Diagnostic(
            .fileSystem, message, at: .init(field: path),
            hint: isNewer
                ? "use that version; build --force makes the site again without its history"
                : "build the site again with --force")
    }
}
