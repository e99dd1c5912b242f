import Core

/// A script for the browser, or none, with its errors.
struct FinishedScript: Sendable {
    var bytes: [UInt8]?
    var diagnostics: [Diagnostic] = []
}

extension FinishedScript: StepResult {
    func write(to record: inout RecordWriter) throws {
        record.write(bytes != nil)
        record.write(bytes ?? [])
        try record.write(diagnostics)
    }

    init(from record: inout RecordReader) throws {
        let exists = try record.flag()
        let field = try record.field()
        bytes = exists ? field : nil
        diagnostics = try record.diagnostics()
    }
}
