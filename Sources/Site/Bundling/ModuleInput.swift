import Core
import SiteModel
import System

/// One piece of TSX on its way to a compiled module.
struct ModuleInput: Sendable {
    var kind: CompiledModule.Kind
    var key: String
    var code: String
    var codeField: String
    var dependencies: [String] = []
    var hydrate: String?
    var propsSchema: JSONValue?

    /// Below the working folder.
    var file: String { CompiledModule.file(kind: kind, key: key) }
    /// Below the output folder.
    var output: String { "\(kind.rawValue)s/\(FileStem(key)).js" }
    /// What the worker loads: it hands the module's default export over.
    var entry: String { "entries/\(output)" }
    /// Handing the component over by a call leaves out the wrapping of exports, which would cost more
    /// than most components each time one is instantiated.
    var entryCode: String { "import View from \"../../\(file)\";\nprovide(View);\n" }

    var location: Diagnostic.Location {
        switch kind {
        case .component: .init(component: key, field: codeField)
        case .layout, .document: .init(field: codeField)
        }
    }

    /// - Parameter needsBrowser: what the code says, when the row says nothing.
    /// - Returns: how the component comes to life in the browser; nil when it does not.
    func hydration(needsBrowser: Bool) -> Hydration? {
        switch (kind, hydrate) {
        case (.layout, _), (.document, _), (_, "none"): nil
        case (_, let mode?): Hydration(rawValue: mode) ?? .load
        case (_, nil): needsBrowser ? .load : nil
        }
    }

    /// The finished module of this input.
    func module(from code: CompiledCode) -> CompiledModule {
        CompiledModule(
            kind: kind, key: key, serverCode: code.serverCode, sourceMap: code.sourceMap,
            context: code.context, mayListPages: code.mayListPages,
            hydrate: hydration(needsBrowser: code.needsBrowser),
            propsSchema: PropsSchema.normalize(propsSchema)?.text, codeField: codeField)
    }
}
