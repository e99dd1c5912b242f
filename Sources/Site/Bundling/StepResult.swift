/// The result of a bundling step, in a form that can be kept.
///
/// A step is a pure function: its result depends only on the inputs of its `StepKey` and on the
/// `packages` that the result names.
protocol StepResult: Sendable {
    /// Files outside the step's own input that were bundled with it.
    var packages: [PackageFile] { get }

    func write(to record: inout RecordWriter) throws
    init(from record: inout RecordReader) throws
}

extension StepResult {
    var packages: [PackageFile] { [] }
}
