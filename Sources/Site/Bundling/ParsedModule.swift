/// That a module parses and imports only what it may; it is not compiled yet.
struct ParsedModule: StepResult {
    init() {}

    func write(to record: inout RecordWriter) throws { record.write(true) }

    init(from record: inout RecordReader) throws {
        guard try record.flag() else { throw RecordReader.Malformed() }
    }
}
