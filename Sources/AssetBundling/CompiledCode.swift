import Diagnostics

/// What esbuild makes of one module's code, and what can be read off it.
///
/// It depends on the code alone; what else a row says of its component is added by
/// `ModuleCompiler`, so that an edited schema compiles nothing.
struct CompiledCode: Sendable {
    /// A function's body: it calls `require` for its packages and `provide` with the component.
    var serverCode: String
    var sourceMap: SourceMap
    /// The declaration that was made the default export, when the code has none.
    var addedExport: String?
    /// Whether what is newer than the tool was written in older words.
    var isRewritten = false
    /// Whether it keeps state, has effects or handles events.
    var needsBrowser: Bool
    var context: Set<ComponentContext>
    var mayListPages: Bool
}

/// The outcome of compiling one module: its code, or what is wrong with it.
enum ModuleResult: Sendable {
    case compiled(CompiledCode)
    case faulty([Diagnostic])
}

extension ModuleResult: StepResult {
    func write(to record: inout RecordWriter) throws {
        switch self {
        case .faulty(let diagnostics):
            record.write(false)
            try record.write(diagnostics)
        case .compiled(let code):
            record.write(true)
            record.write(code.serverCode)
            code.sourceMap.write(to: &record)
            record.write(code.addedExport)
            record.write(code.isRewritten)
            record.write(code.needsBrowser)
            record.write(code.context.map(\.rawValue).sorted())
            record.write(code.mayListPages)
        }
    }

    init(from record: inout RecordReader) throws {
        guard try record.flag() else {
            self = .faulty(try record.diagnostics())
            return
        }
        self = .compiled(
            CompiledCode(
                serverCode: try record.text(), sourceMap: try SourceMap(from: &record),
                addedExport: try record.optionalText(), isRewritten: try record.flag(),
                needsBrowser: try record.flag(),
                context: Set(try record.texts().compactMap(ComponentContext.init)),
                mayListPages: try record.flag()))
    }
}
