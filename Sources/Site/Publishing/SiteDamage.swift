import Core
import System

/// What a site folder must hold is not there, or cannot be read: a repair makes it again.
struct SiteDamage: DiagnosedError {
    var message: String
    var path: String
    /// The object whose bytes are nowhere in the folder.
    var lost: SHA256Digest?
    /// A program of a later version wrote what is there.
    var isNewer = false

    var diagnostic: Diagnostic {
        Diagnostic(
            .fileSystem, message, at: .init(field: path),
            hint: isNewer
                ? "use that version; build --force makes the site again without its history"
                : "build the site again with --force")
    }
}
