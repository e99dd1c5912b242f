import Core

/// The output of esbuild for one module's code, and the facts read from it.
///
/// Depends on the code alone; `ModuleCompiler` adds the other columns of the component's row, so
/// that an edited schema compiles nothing.
struct CompiledCode: Sendable {
    /// A function's body: it calls `require` for its packages and `provide` with the component.
    var serverCode: String
    var sourceMap: SourceMap
    /// The declaration that was made the default export, when the code has none.
    var addedExport: String?
    /// The places of keywords that the tool does not know yet and that were removed.
    var blanks: [Range<Int>] = []
    /// Whether it keeps state, has effects or handles events.
    var needsBrowser: Bool
    /// Whether it exports `enhance`, which the browser runs without React.
    var hasBehaviour: Bool
    var context: Set<ComponentContext>
    var mayListPages: Bool
    /// The warnings about the code, which do not prevent publishing.
    var warnings: [Diagnostic] = []
}

/// The outcome of compiling one module: its code, or its errors.
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
            record.write(code.blanks.count)
            for blank in code.blanks {
                record.write(blank.lowerBound)
                record.write(blank.count)
            }
            record.write(code.needsBrowser)
            record.write(code.hasBehaviour)
            record.write(code.context.map(\.rawValue).sorted())
            record.write(code.mayListPages)
            try record.write(code.warnings)
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
                addedExport: try record.optionalText(), blanks: try Self.blanks(from: &record),
                needsBrowser: try record.flag(), hasBehaviour: try record.flag(),
                context: Set(try record.texts().compactMap(ComponentContext.init)),
                mayListPages: try record.flag(), warnings: try record.diagnostics()))
    }

    private static func blanks(from record: inout RecordReader) throws -> [Range<Int>] {
        var blanks: [Range<Int>] = []
        for _ in 0..<(try record.count()) {
            let (start, length) = (try record.int(), try record.int())
            guard start >= 0, length >= 0, length <= Int.max - start else {
                throw RecordReader.Malformed()
            }
            blanks.append(start..<start + length)
        }
        return blanks
    }
}
