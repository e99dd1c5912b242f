import Diagnostics

/// What a site folder must hold is not there, or cannot be read: making it anew helps.
struct SiteDamage: DiagnosedError {
    var message: String
    var path: String

    var diagnostic: Diagnostic {
        Diagnostic(
            .fileSystem, message, at: .init(field: path),
            hint: "build the site again with --force")
    }
}
