import Core
import SiteModel
import System

/// One piece of TSX to be compiled into a module.
struct ModuleInput: Sendable {
    var kind: CompiledModule.Kind
    var key: String
    var code: String
    var codeField: String
    var dependencies: [String] = []
    var hydrate: String?
    var propsSchema: JSONValue?

    /// The path below the working folder.
    var file: String { CompiledModule.file(kind: kind, key: key) }
    /// The path below the output folder.
    var output: String { "\(kind.rawValue)s/\(FileStem(key)).js" }
    /// The file that the worker loads: it passes on the module's default export.
    var entry: String { "entries/\(output)" }
    /// Passing the component to a call avoids the wrapping of exports, which would cost more than
    /// most components each time one is instantiated.
    var entryCode: String { "import View from \"../../\(file)\";\nprovide(View);\n" }

    var location: Diagnostic.Location {
        switch kind {
        case .component: .init(component: key, field: codeField)
        case .layout, .document: .init(field: codeField)
        }
    }

    /// - Parameter needsBrowser: the result from the code, used when the row does not decide.
    /// - Returns: how the component is hydrated in the browser; nil when it is not.
    func hydration(needsBrowser: Bool) -> Hydration? {
        switch (kind, hydrate) {
        case (.layout, _), (.document, _), (_, "none"): nil
        case (_, let mode?): Hydration(rawValue: mode) ?? .load
        case (_, nil): needsBrowser ? .load : nil
        }
    }

    /// Returns the finished module of this input.
    func module(from code: CompiledCode) -> CompiledModule {
        CompiledModule(
            kind: kind, key: key, serverCode: code.serverCode, sourceMap: code.sourceMap,
            context: code.context, mayListPages: code.mayListPages,
            hydrate: hydration(needsBrowser: code.needsBrowser),
            propsSchema: PropsSchema.normalize(propsSchema)?.text, codeField: codeField)
    }
}
