import Core

/// A component of which the browser is given a module.
struct BrowserSource: Sendable, Hashable {
    var key: String
    /// With a default export.
    var source: ComponentSource
    var location: Diagnostic.Location

    var text: String { source.text }

    /// Below the working folder.
    var file: String { CompiledModule.file(kind: .component, key: key) }
}
