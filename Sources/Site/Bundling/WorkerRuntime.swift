/// The engine's own JavaScript for render workers: React, the validator, and the code that calls them.
///
/// It does not depend on the site, so workers load it while the site is still being read.
public struct WorkerRuntime: Sendable {
    /// Provides the globals that React expects in the bare engine.
    public var prelude: String
    public var code: String
    /// The code with React's development build, to explain why a piece failed.
    public var explainingCode: String

    public init(prelude: String, code: String, explainingCode: String) {
        self.prelude = prelude
        self.code = code
        self.explainingCode = explainingCode
    }
}
