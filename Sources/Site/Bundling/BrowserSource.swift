import Core

/// A component that has a module for the browser.
struct BrowserSource: Sendable, Hashable {
    var key: String
    /// With a default export.
    var source: ComponentSource
    var location: Diagnostic.Location

    var text: String { source.text }

    /// The path below the working folder.
    var file: String { CompiledModule.file(kind: .component, key: key) }
}
