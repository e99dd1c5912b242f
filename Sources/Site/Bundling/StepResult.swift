/// What a step of the bundling has made, in a form that can be kept.
///
/// A step is a pure function: its result depends on what its `StepKey` was made of and on the
/// `packages` that the result names, and on nothing else.
protocol StepResult: Sendable {
    /// Files outside the step's own input that were bundled with it.
    var packages: [PackageFile] { get }

    func write(to record: inout RecordWriter) throws
    init(from record: inout RecordReader) throws
}

extension StepResult {
    var packages: [PackageFile] { [] }
}
