import Core

/// A module that parses and imports only allowed packages; it is not compiled yet.
struct ParsedModule: StepResult {
    let warnings: [Diagnostic]

    init(warnings: [Diagnostic]) { self.warnings = warnings }

    func write(to record: inout RecordWriter) throws {
        record.write(true)
        try record.write(warnings)
    }

    init(from record: inout RecordReader) throws {
        guard try record.flag() else { throw RecordReader.Malformed() }
        warnings = try record.diagnostics()
    }
}
